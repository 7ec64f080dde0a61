/** Upgrades of real servers under load, through a real manager and agent. */
@NullMarked
package dev.holdfast.acceptance.upgrade;

import org.jspecify.annotations.NullMarked;
