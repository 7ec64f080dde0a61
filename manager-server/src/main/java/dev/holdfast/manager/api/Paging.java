package dev.holdfast.manager.api;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.proto.admin.v1.Page;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a list.
 *
 * @param after the key of the last entry of the page before; empty on the first
 */
record Paging(int size, String after) {
    private static final int DEFAULT_SIZE = 100;
    private static final int MAX_SIZE = 1000;

    static Paging of(Page page) {
        if (page.getPageSize() < 0) {
            throw RefusedException.invalid(
                    "page.page_size", page.getPageSize() + " is negative; leave it out for " + DEFAULT_SIZE);
        }
        int size = page.getPageSize() == 0 ? DEFAULT_SIZE : Math.min(page.getPageSize(), MAX_SIZE);
        return new Paging(size, decode(page.getPageToken()));
    }

    /** One more than fits, to see whether another page follows. */
    int limit() {
        return size + 1;
    }

    <T> List<T> shown(List<T> found) {
        return found.subList(0, Math.min(size, found.size()));
    }

    /** Empty on the last page. */
    <T> String nextToken(List<T> found, Function<T, Object> key) {
        if (found.size() <= size) {
            return "";
        }
        String last = key.apply(found.get(size - 1)).toString();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads {@link #after}, which a caller may have made up. */
    <T> T after(T first, Function<String, T> key) {
        try {
            return after.isEmpty() ? first : key.apply(after);
        } catch (RuntimeException e) {
            throw badToken();
        }
    }

    private static String decode(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw badToken();
        }
    }

    private static RefusedException badToken() {
        return RefusedException.invalid(
                "page.page_token", "it is not one that this list gave; use the next_page_token of the page before");
    }
}
