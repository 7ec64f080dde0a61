@NullMarked
package dev.holdfast.common.address;

import org.jspecify.annotations.NullMarked;
