@NullMarked
package dev.holdfast.common.manifest;

import org.jspecify.annotations.NullMarked;
