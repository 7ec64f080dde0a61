package dev.holdfast.cli.connection;

import dev.holdfast.proto.admin.v1.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Gets lists whole, page by page. */
public final class Pages {
    private static final int SIZE = 1000;

    private Pages() {}

    /**
     * All items of a list.
     *
     * @param <R> one page's response
     * @param <T> an item
     */
    public static <R, T> List<T> all(
            Function<Page, R> get, Function<R, List<T>> items, Function<R, String> nextPageToken) {
        List<T> all = new ArrayList<>();
        String token = "";
        do {
            R response = get.apply(
                    Page.newBuilder().setPageSize(SIZE).setPageToken(token).build());
            all.addAll(items.apply(response));
            token = nextPageToken.apply(response);
        } while (!token.isEmpty());
        return all;
    }
}
