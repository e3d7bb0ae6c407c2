package dev.keywright.inventory.jdbc;

import dev.keywright.inventory.Inventory;
import dev.keywright.inventory.JournalEntry;
import dev.keywright.inventory.Reservation;
import dev.keywright.inventory.Stock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Compares an inventory with the books in a database, by product and by reservation. It changes nothing on either side.
 *
 * <pre>{@code
 * Reconciliation books = new Reconciliation(shop, dataSource);
 * books.sold("SELECT product, SUM(quantity) FROM order_line GROUP BY product");
 * books.reservations("SELECT DISTINCT order_id FROM order_line");
 * }</pre>
 *
 * <ul>
 *   <li>What is under way while it looks may differ for a moment: the difference is real when it is still there on a second look.
 *   <li>Cost: one query; by product a walk through the inventory, by reservation one through its journals, and a question to Redis per
 *       booked reservation that no journal tells of any more.
 *   <li>Threads: any number.
 * </ul>
 */
public final class Reconciliation {

    private static final int PAGE = 1_000;

    private final Inventory inventory;
    private final DataSource database;

    public Reconciliation(Inventory inventory, DataSource database) {
        this.inventory = inventory;
        this.database = database;
    }

    /**
     * Compares units sold.
     *
     * @param query gives a row per product: its name, and the units sold; a product without a row has sold none
     * @return what differs, by product; empty when all agrees
     */
    public List<Difference> sold(String query) throws SQLException {
        return differences(Difference.Kind.SOLD, query, Stock::sold);
    }

    /**
     * Compares units on hand: free or held.
     *
     * @param query gives a row per product: its name, and the units on hand; a product without a row has none
     */
    public List<Difference> onHand(String query) throws SQLException {
        return differences(Difference.Kind.ON_HAND, query, Stock::onHand);
    }

    private List<Difference> differences(Difference.Kind kind, String query, ToLongFunction<Stock> count)
            throws SQLException {
        TreeSet<String> products = new TreeSet<>(inventory.products());
        Map<String, Long> before = counts(products, count);
        Map<String, Long> booked = booked(query);
        products.addAll(booked.keySet());
        Map<String, Long> after = counts(products, count);
        List<Difference> differences = new ArrayList<>();
        for (String product : products) {
            long counted = after.getOrDefault(product, 0L);
            long inBooks = booked.getOrDefault(product, 0L);
            if (counted != inBooks) {
                boolean settled = counted == before.getOrDefault(product, 0L);
                differences.add(new Difference(kind, product, inBooks, counted, settled));
            }
        }
        return differences;
    }

    private Map<String, Long> counts(Set<String> products, ToLongFunction<Stock> count) {
        return inventory.stocks(products).stream().collect(Collectors.toMap(Stock::product, count::applyAsLong));
    }

    private Map<String, Long> booked(String query) throws SQLException {
        Map<String, Long> booked = new HashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                booked.merge(rows.getString(1), rows.getLong(2), Math::addExact);
            }
        }
        return booked;
    }

    /**
     * Compares reservations: those that the database has booked as sold with those that are confirmed.
     *
     * @param query gives a row per booked reservation: its id
     * @return by id, those that are on one side only
     */
    public Map<String, Odd> reservations(String query) throws SQLException {
        Set<String> confirmed = confirmed();
        TreeSet<String> booked = new TreeSet<>();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                booked.add(rows.getString(1));
            }
        }
        Map<String, Odd> odd = new TreeMap<>();
        for (String id : confirmed) {
            if (!booked.contains(id)) {
                odd.put(id, Odd.NOT_BOOKED);
            }
        }
        for (String id : booked) {
            if (!confirmed.contains(id)) {
                unconfirmed(id).ifPresent(what -> odd.put(id, what));
            }
        }
        return odd;
    }

    /** A reservation that is on one side only. */
    public enum Odd {
        /** Confirmed, and not booked: the sale never reached the books, or has yet to. */
        NOT_BOOKED,
        /** Booked, and held, cancelled or expired: its units can be sold to somebody else. */
        NOT_CONFIRMED,
        /** Booked, and nothing is known of it: lost, never made, or so old that it is forgotten. */
        UNKNOWN
    }

    private Optional<Odd> unconfirmed(String id) {
        Optional<Reservation> found = inventory.find(id);
        if (found.isEmpty()) {
            return Optional.of(Odd.UNKNOWN);
        }
        boolean confirmed = found.get().state() == Reservation.State.CONFIRMED;
        return confirmed ? Optional.empty() : Optional.of(Odd.NOT_CONFIRMED);
    }

    private Set<String> confirmed() {
        TreeSet<String> confirmed = new TreeSet<>();
        for (int cell = 0; cell < inventory.cells(); cell++) {
            String after = "";
            List<JournalEntry> page;
            do {
                page = inventory.journal(cell, after, PAGE);
                for (JournalEntry entry : page) {
                    after = entry.position();
                    if (entry.event() == JournalEntry.Event.CONFIRM || entry.event() == JournalEntry.Event.LATE) {
                        confirmed.add(entry.id());
                    }
                }
            } while (page.size() == PAGE);
        }
        return confirmed;
    }
}
