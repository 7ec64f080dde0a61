/** What the launcher's class cache is made from. */
@NullMarked
package dev.holdfast.cli.training;

import org.jspecify.annotations.NullMarked;
