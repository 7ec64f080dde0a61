/** Small help with words. */
@NullMarked
package dev.holdfast.common.text;

import org.jspecify.annotations.NullMarked;
