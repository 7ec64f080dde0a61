@NullMarked
package dev.holdfast.common.bundle;

import org.jspecify.annotations.NullMarked;
