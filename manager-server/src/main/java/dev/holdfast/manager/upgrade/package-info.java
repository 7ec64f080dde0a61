/** Planning and driving of upgrades and their cycles. */
@NullMarked
package dev.holdfast.manager.upgrade;

import org.jspecify.annotations.NullMarked;
