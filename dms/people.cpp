#include "dms/people.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "dms/base/mutex.h"
#include "dms/base/text.h"
#include "dms/identity_revision.h"
#include "dms/user.h"
#include "dms/user_record.h"

namespace dms {

using storage::View;

namespace {

constexpr LineLimits query_limits{0, 200};

// What stands between the words of a folded name. All else, any byte above ASCII too, is word.
bool divides_words(char c) {
  return std::string_view(" ,.;-'/()").find(c) != std::string_view::npos;
}

std::vector<std::string> folded_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : fold_german(text) + ' ') {
    if (!divides_words(c)) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

Person to_person(const UserRecord& user) {
  return {user.id, user.display_name, user.org_unit};
}

struct Entry {
  std::string place;  // sort key ‖ id: in the order of names, and unique
  std::vector<std::string> words;
  Person person;
};

Entry to_entry(const UserRecord& user) {
  return {sort_key_german(user.display_name) + std::string(user.id.key()),
          folded_words(user.display_name), to_person(user)};
}

bool is_meant(const Entry& entry, const std::vector<std::string>& query) {
  return std::all_of(query.begin(), query.end(), [&](const std::string& beginning) {
    return std::any_of(entry.words.begin(), entry.words.end(),
                       [&](const std::string& word) { return word.starts_with(beginning); });
  });
}

}  // namespace

struct People::Directory {
  std::uint64_t revision = 0;
  std::vector<Entry> entries;  // by place
};

struct People::Memory {
  Mutex mutex;
  std::shared_ptr<const Directory> newest DMS_GUARDED_BY(mutex);
};

People::People(storage::Store& store) : store_(store), memory_(std::make_unique<Memory>()) {}
People::~People() = default;

Result<std::shared_ptr<const People::Directory>> People::directory(const View& view) const {
  const std::uint64_t revision = DMS_TRY(identity_revision(view));
  {
    const MutexLock lock(memory_->mutex);
    if (memory_->newest && memory_->newest->revision == revision) return memory_->newest;
  }
  const auto made = std::make_shared<Directory>();
  made->revision = revision;
  storage::ScanOptions options;
  do {
    auto scanned = DMS_TRY(view.scan(user_table, options));
    for (const UserRecord& user : scanned.items) {
      if (user.active) made->entries.push_back(to_entry(user));
    }
    options.after = std::move(scanned.cursor);
  } while (!options.after.empty());
  std::sort(made->entries.begin(), made->entries.end(),
            [](const Entry& a, const Entry& b) { return a.place < b.place; });
  const MutexLock lock(memory_->mutex);
  if (!memory_->newest || memory_->newest->revision < revision) memory_->newest = made;
  return std::shared_ptr<const Directory>(made);
}

Result<Page<Person>> People::find(const Actor& actor, std::string_view query,
                                  const PageRequest& request) const {
  const auto words = folded_words(DMS_TRY(clean_line(query, "/q", query_limits)));
  const auto known = DMS_TRY(store_.read<std::shared_ptr<const Directory>>(
      [&](const View& view) -> Result<std::shared_ptr<const Directory>> {
        DMS_TRY(require_active(view, actor));
        return directory(view);
      }));
  const std::size_t limit = std::clamp<std::size_t>(request.limit, 1, page_limit_max);
  Page<Person> page;
  page.total_estimate = 0;
  std::string last;
  for (const Entry& entry : known->entries) {
    if (!is_meant(entry, words)) continue;
    ++*page.total_estimate;
    if (entry.place <= request.after) continue;
    if (page.items.size() < limit) {
      page.items.push_back(entry.person);
      last = entry.place;
    } else {
      page.next = last;
    }
  }
  return page;
}

Result<std::vector<Person>> People::named(const Actor& actor,
                                          const std::vector<UserId>& ids) const {
  if (ids.size() > people_named_max) {
    return fail(invalid_field("/ids", "Höchstens 100 Personen auf einmal.",
                              "At most 100 people at a time."));
  }
  using List = std::vector<Person>;
  return store_.read<List>([&](const View& view) -> Result<List> {
    DMS_TRY(require_active(view, actor));
    List people;
    std::set<UserId> asked;
    for (const UserId id : ids) {
      if (!asked.insert(id).second) continue;
      const auto user = DMS_TRY(view.find(user_table, id.key()));
      if (user) people.push_back(to_person(*user));
    }
    return people;
  });
}

}  // namespace dms
