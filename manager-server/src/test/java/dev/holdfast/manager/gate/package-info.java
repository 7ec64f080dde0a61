@NullMarked
package dev.holdfast.manager.gate;

import org.jspecify.annotations.NullMarked;
