@NullMarked
package dev.holdfast.cli.rollout;

import org.jspecify.annotations.NullMarked;
