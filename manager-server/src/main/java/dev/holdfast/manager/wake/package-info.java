/** How managers that share a database wake each other, and know of each other that they live. */
@NullMarked
package dev.holdfast.manager.wake;

import org.jspecify.annotations.NullMarked;
