/** The surrogate process manager: decides what is upgraded where and when. */
@NullMarked
package dev.holdfast.manager;

import org.jspecify.annotations.NullMarked;
