#include "web/api/creation.h"

#include "dms/idempotency.h"
#include "web/api/conditional.h"

namespace dms::web {

namespace {

Result<std::optional<IdempotentOutcome>> find_earlier(const Caller& caller,
                                                      const IdempotencyKey& key,
                                                      const Sha256Digest& digest) {
  using Found = std::optional<IdempotentOutcome>;
  Tenant& tenant = *caller.tenant;
  return tenant.store().read<Found>([&](const storage::View& view) -> Result<Found> {
    return find_replay(view, key, digest, tenant.clock().now());
  });
}

// The part of the creating commit that remembers its outcome. A key that was used after
// find_earlier() looked cannot happen while the in-flight guard is held.
AlsoCommit remember_outcome(const Caller& caller, const IdempotencyKey& key,
                            const Creation& creation) {
  return [&caller, &key, &creation](const storage::View& view, storage::Commit& commit,
                                    const Uuid& created) -> Result<void> {
    const Instant now = caller.tenant->clock().now();
    IdempotentOutcome outcome;
    outcome.status = 201;
    outcome.location = creation.location_prefix + to_string(created);
    outcome.etag = revision_etag(1);
    outcome.object = created;
    return record_idempotent(view, commit, key, creation.digest, outcome, now);
  };
}

}  // namespace

Result<Response> create_once(const Caller& caller, const Request& request,
                             const Creation& creation) {
  const auto sent = request.headers.find("idempotency-key");
  if (!sent) return creation.create(nullptr);
  const IdempotencyKey key = DMS_TRY(make_idempotency_key(caller.actor, creation.route, *sent));
  const auto running = DMS_TRY(caller.tenant->in_flight().enter(key));
  const auto earlier = DMS_TRY(find_earlier(caller, key, creation.digest));
  if (!earlier) return creation.create(remember_outcome(caller, key, creation));
  Response response = DMS_TRY(creation.render(earlier->object));
  response.status = earlier->status;
  response.headers.set("Location", earlier->location);
  return response;
}

}  // namespace dms::web
