#pragma once

// What users.cpp decides by. Internal to the user code.

#include <string>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/user.h"
#include "dms/user_record.h"
#include "storage/commit.h"
#include "storage/view.h"

namespace dms {

User to_user(const UserRecord& record);

// The detail of user.* events: personal data, erasable. No password, no hash.
std::string user_event_detail(const UserRecord& record);

// What a user signs in with whose details were erased (person_erasure.h): nobody's any more.
std::string erased_name(UserId id);
// `conflict` where such a user would become active again.
Result<void> require_not_erased(const UserRecord& before, const UserRecord& after);

// The record, or absent_object().
Result<UserRecord> existing_user(const storage::View& view, UserId id);

// Single-line fields cleaned, or `invalid` with the field's pointer.
Result<NewUser> clean_new_user(const NewUser& input);
Result<UserChange> clean_user_change(const UserChange& input);

// `conflict` where another user has the record's folded name; `invalid` where its groups or org
// unit do not exist.
Result<void> check_user(const storage::View& view, const UserRecord& record);

// `forbidden` where an administrator would change what his own rights come from.
Result<void> require_not_own_rights(const Actor& actor, const UserRecord& before,
                                    const UserRecord& after);
// `conflict` where nobody could administer the tenant after this.
Result<void> require_an_administrator_left(const storage::View& view, const UserRecord& before,
                                           const UserRecord& after);

}  // namespace dms
