/** Upgrade upon upgrade under clients of every kind, while programs are killed: nothing may ever be lost. */
@NullMarked
package dev.holdfast.acceptance.torture;

import org.jspecify.annotations.NullMarked;
