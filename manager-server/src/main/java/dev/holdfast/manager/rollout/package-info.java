/** How an upgrade goes over its hosts: pure functions of what is asked for, what is observed, and the time. */
@NullMarked
package dev.holdfast.manager.rollout;

import org.jspecify.annotations.NullMarked;
