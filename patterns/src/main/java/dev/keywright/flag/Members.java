package dev.keywright.flag;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The users of a group, by pages. Immutable; a question costs a search among the pages and one in a page, and no garbage. */
final class Members {

    static final Members NONE = new Members(new long[0], new Page[0]);

    private final long[] numbers;
    private final Page[] pages;

    private Members(long[] numbers, Page[] pages) {
        this.numbers = numbers;
        this.pages = pages;
    }

    /** With these pages in place of those there; one without users is let go. */
    Members with(Map<Long, Page> read) {
        TreeMap<Long, Page> all = new TreeMap<>();
        for (int i = 0; i < numbers.length; i++) {
            all.put(numbers[i], pages[i]);
        }
        all.putAll(read);
        all.values().removeIf(page -> page.size() == 0);
        return new Members(
                all.keySet().stream().mapToLong(Long::longValue).toArray(),
                all.values().toArray(Page[]::new));
    }

    boolean has(long number) {
        int at = numbers.length == 0 ? -1 : Arrays.binarySearch(numbers, Users.pageOf(number));
        return at >= 0 && pages[at].has(Users.placeOf(number));
    }

    boolean has(String name, long digest) {
        int at = numbers.length == 0 ? -1 : Arrays.binarySearch(numbers, Users.pageOfName(digest));
        return at >= 0 && pages[at].has(name);
    }

    /** All of them, as text. */
    List<String> list() {
        List<String> users = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            pages[i].list(numbers[i], users);
        }
        return users;
    }

    int pages() {
        return pages.length;
    }

    long size() {
        return Arrays.stream(pages).mapToLong(Page::size).sum();
    }
}
