@NullMarked
package dev.holdfast.manager.api;

import org.jspecify.annotations.NullMarked;
