package dev.holdfast.common.bundle;

/** An entry that was let in, in the order of the archive. */
sealed interface Item {
    String path();

    record Directory(String path) implements Item {}

    record File(String path, BundleEntry.File file) implements Item {}

    record SymbolicLink(String path, String target) implements Item {}

    /** Another name of a file that came before. */
    record HardLink(String path, String file) implements Item {}
}
