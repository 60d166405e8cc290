// Where the file functions of a run may go. Runner's thread.
#pragma once

#include "files/roots.h"
#include "runner/effects/effect.h"

namespace sloth {

files::Roots roots_of(const EffectCall& call, const EffectWorld& world);

}  // namespace sloth
