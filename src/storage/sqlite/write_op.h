// One call that wants to write: what the writer's queue carries. Made by any thread, run and
// settled on the writer's.
#pragma once

#include <cstddef>

#include "base/result.h"

namespace sloth {

class WriteGroup;

class WriteOp {
 public:
    virtual ~WriteOp() = default;

    // Within the transaction. After a rollback it is called again, so it consumes nothing that a
    // second call needs. An error rolls the whole transaction back.
    virtual Result<void> apply(WriteGroup& group) = 0;

    // Once: after the commit, or when it is certain that there will be none.
    virtual void settle(Result<void> outcome) = 0;

    // What it adds to a transaction, roughly, so that groups stay small enough to be quick.
    virtual size_t rows() const = 0;
    virtual size_t bytes() const = 0;

    // Whether its caller can be told to come later when too much waits: what records work that was
    // done cannot.
    virtual bool may_be_refused() const = 0;
};

}  // namespace sloth
