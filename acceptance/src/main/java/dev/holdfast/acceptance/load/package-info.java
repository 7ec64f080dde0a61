/** Clients that check every answer they get: the judge of an upgrade. */
@NullMarked
package dev.holdfast.acceptance.load;

import org.jspecify.annotations.NullMarked;
