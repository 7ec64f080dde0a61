/** Several agents on this machine, each on a host of its own as far as the network goes. */
@NullMarked
package dev.holdfast.acceptance.farm;

import org.jspecify.annotations.NullMarked;
