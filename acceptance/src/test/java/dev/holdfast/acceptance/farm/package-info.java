@NullMarked
package dev.holdfast.acceptance.farm;

import org.jspecify.annotations.NullMarked;
