package dev.keywright.inventory;

import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The counts of some products in all cells, read one after the other. Every cell counts the units that left it and that came to it; when
 * those counts are the same in two readings, no unit moved in between, and none was seen twice or not at all. A cell also counts what left
 * it and is not known to have come; after a failover that lost one half of a move, this tells units under way from lost ones.
 */
final class Counts {

    private static final int FREE = 0;
    private static final int HELD = 1;
    private static final int SOLD = 2;
    private static final int OUT = 3;
    private static final int IN = 4;
    private static final int AWAY = 5;

    private final List<String> products;
    private final List<List<long[]>> cells = new ArrayList<>();

    /** @param cells per cell one reply per product: six numbers in a text, or nothing */
    Counts(List<String> products, List<? extends List<Reply>> cells) {
        this.products = products;
        for (List<Reply> replies : cells) {
            this.cells.add(replies.stream().map(Counts::read).toList());
        }
    }

    private static long[] read(Reply reply) {
        return reply.isNothing()
                ? new long[AWAY + 1]
                : Arrays.stream(reply.text().split(" ", AWAY + 1))
                        .mapToLong(Long::parseLong)
                        .toArray();
    }

    private long sum(int product, int which) {
        return cells.stream().mapToLong(cell -> cell.get(product)[which]).sum();
    }

    private long notCome(int product) {
        return sum(product, OUT) - sum(product, IN);
    }

    /** Never more than what is not known to have come: the rest of what did not come is lost. */
    private long underWay(int product) {
        return Math.max(0, Math.min(notCome(product), sum(product, AWAY)));
    }

    /** Whether units may be under way that somebody will see to. */
    boolean isAnythingUnderWay() {
        return IntStream.range(0, products.size()).anyMatch(product -> notCome(product) != 0 && sum(product, AWAY) > 0);
    }

    long free(int cell, int product) {
        return cells.get(cell).get(product)[FREE];
    }

    /** Per product over all cells, without those under way. */
    Map<String, Long> free() {
        Map<String, Long> free = new HashMap<>();
        for (int product = 0; product < products.size(); product++) {
            free.put(products.get(product), sum(product, FREE));
        }
        return free;
    }

    boolean suffice(Map<String, Long> wanted) {
        Map<String, Long> free = free();
        return wanted.entrySet().stream().allMatch(each -> free.getOrDefault(each.getKey(), 0L) >= each.getValue());
    }

    /** Whether no unit moved between the two readings. */
    boolean isSettledSince(Counts before) {
        for (int cell = 0; cell < cells.size(); cell++) {
            for (int product = 0; product < products.size(); product++) {
                long[] now = cells.get(cell).get(product);
                long[] then = before.cells.get(cell).get(product);
                if (now[OUT] != then[OUT] || now[IN] != then[IN]) {
                    return false;
                }
            }
        }
        return true;
    }

    List<Stock> stocks() {
        List<Stock> stocks = new ArrayList<>();
        for (int product = 0; product < products.size(); product++) {
            stocks.add(new Stock(
                    products.get(product),
                    sum(product, FREE) + underWay(product),
                    sum(product, HELD),
                    sum(product, SOLD),
                    underWay(product) - notCome(product)));
        }
        return stocks;
    }
}
