@NullMarked
package dev.holdfast.acceptance.fleet;

import org.jspecify.annotations.NullMarked;
