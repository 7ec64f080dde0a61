@NullMarked
package dev.holdfast.manager.rollout;

import org.jspecify.annotations.NullMarked;
