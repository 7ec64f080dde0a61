/** Rollouts as files and options say them. */
@NullMarked
package dev.holdfast.cli.rollout;

import org.jspecify.annotations.NullMarked;
