/** Site storage: the bundles of published images, on disk, by content. */
@NullMarked
package dev.holdfast.manager.site;

import org.jspecify.annotations.NullMarked;
