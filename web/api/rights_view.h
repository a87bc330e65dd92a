#pragma once

// Rights on the wire: an array of names, in the order of their declaration.

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <vector>

#include "dms/permission.h"

namespace dms::web {

inline std::vector<Right> list_rights(Rights rights) {
  std::vector<Right> list;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Right>>([&](auto enumerator) {
    if (rights.has(enumerator.value)) list.push_back(enumerator.value);
  });
  return list;
}

inline Rights rights_from(const std::vector<Right>& list) {
  Rights rights;
  for (const Right right : list) rights = rights | Rights{right};
  return rights;
}

}  // namespace dms::web
