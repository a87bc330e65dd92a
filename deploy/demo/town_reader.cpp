#include "deploy/demo/town_reader.h"

#include <algorithm>
#include <filesystem>

#include "deploy/demo/script_reader.h"
#include "deploy/demo/toml_reader.h"

namespace dms::demo {

namespace {

Correspondent read_correspondent(TomlTable& from) {
  Correspondent is;
  is.name = from.text("name");
  is.unit = from.text_or("unit", "");
  is.street = from.text("street");
  is.place = from.text("place");
  is.phone = from.text_or("phone", "");
  is.email = from.text_or("email", "");
  is.foot = from.texts("foot");
  is.stationery = from.choice_or("stationery", Stationery::person);
  return is;
}

Person read_person(TomlTable& from) {
  Person person;
  person.name = from.text("name");
  person.display_name = from.text("display_name");
  person.role = from.text_or("role", "clerk");
  person.department = from.text_or("department", "");
  person.position = from.text_or("position", "");
  person.phone = from.text_or("phone", "");
  person.is_head = from.flag("head");
  return person;
}

AbsenceScript read_absence(ScriptReader& reader, TomlTable& from) {
  AbsenceScript absence;
  absence.entered = reader.occasion(from, "entered");
  absence.deputy = from.text("deputy");
  absence.first_day = reader.day(from, "from");
  absence.last_day = reader.day(from, "to");
  return absence;
}

Result<void> read_town_file(const std::string& path, Date today, Town& town) {
  const TomlFile file = DMS_TRY(TomlFile::read(path));
  TomlProblem problem(path);
  {
    TomlTable root = file.root(problem);
    town.days = Days(today, root.names("days"));
    ScriptReader reader(town.days);
    root.table("town", [&](TomlTable& table) { town.self = read_correspondent(table); });
    town.founded = reader.occasion(root, "founded");
    town.personnel_readers = root.texts("personnel_readers");
    town.record_managers = root.texts("record_managers");
    root.tables("person", [&](TomlTable& table) { town.people.push_back(read_person(table)); });
    root.tables("correspondent", [&](TomlTable& table) {
      town.correspondents.push_back({table.text("key"), read_correspondent(table)});
    });
    root.tables("template", [&](TomlTable& table) {
      town.templates.push_back(reader.routing_template(table));
    });
    root.tables("inbox", [&](TomlTable& table) {
      const std::string department = table.text("department");
      town.inboxes.push_back({department, table.text("name"), table.texts("others")});
    });
    root.tables("absence",
                [&](TomlTable& table) { town.absences.push_back(read_absence(reader, table)); });
  }
  return problem.outcome();
}

Result<Story> read_story_file(const std::filesystem::path& path, Date today) {
  const TomlFile file = DMS_TRY(TomlFile::read(path.string()));
  TomlProblem problem(path.string());
  Story story{path.stem().string(), Days(today, {}), {}, {}};
  {
    TomlTable root = file.root(problem);
    story.days = Days(today, root.names("days"));
    ScriptReader reader(story.days);
    root.tables("dossier",
                [&](TomlTable& table) { story.dossiers.push_back(reader.dossier(table)); });
    root.tables("inbound",
                [&](TomlTable& table) { story.inbound.push_back(reader.inbound(table)); });
  }
  DMS_TRY(problem.outcome());
  return story;
}

}  // namespace

const Person* find_person(const Town& town, std::string_view name) {
  const auto found = std::find_if(town.people.begin(), town.people.end(),
                                  [name](const Person& person) { return person.name == name; });
  return found == town.people.end() ? nullptr : &*found;
}

const Correspondent* find_correspondent(const Town& town, std::string_view key) {
  if (key == "town") return &town.self;
  const auto found = std::find_if(town.correspondents.begin(), town.correspondents.end(),
                                  [key](auto& known) { return known.key == key; });
  return found == town.correspondents.end() ? nullptr : &found->is;
}

Result<Town> read_town(const std::string& folder, Date today) {
  const std::filesystem::path root(folder);
  Town town{Days(today, {}), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  DMS_TRY(read_town_file((root / "town.toml").string(), today, town));
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root, error)) {
    const auto& path = entry.path();
    if (path.extension() == ".toml" && path.stem() != "town") files.push_back(path);
  }
  if (error) return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
  std::sort(files.begin(), files.end());
  for (const auto& file : files) town.stories.push_back(DMS_TRY(read_story_file(file, today)));
  return town;
}

}  // namespace dms::demo
