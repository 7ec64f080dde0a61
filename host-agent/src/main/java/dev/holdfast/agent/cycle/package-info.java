/** Upgrades of one server process: what they are told and what they tell. */
@NullMarked
package dev.holdfast.agent.cycle;

import org.jspecify.annotations.NullMarked;
