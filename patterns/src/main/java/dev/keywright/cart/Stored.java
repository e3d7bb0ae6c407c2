package dev.keywright.cart;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the hash of a cart says.
 *
 * @param moves carts that are on their way into it
 */
record Stored(Cart cart, List<String> moves) {

    static Stored of(String id, List<Reply> fields, String where) {
        long version = 0;
        List<Line> lines = new ArrayList<>();
        List<String> moves = new ArrayList<>(0);
        for (int i = 0; i < fields.size(); i += 2) {
            String field = fields.get(i).text();
            if (field.equals("v")) {
                version = size(fields.get(i + 1).text(), where).version();
            } else if (field.startsWith(":")) {
                lines.add(line(field.substring(1), fields.get(i + 1).text(), where));
            } else if (field.startsWith("m:")) {
                moves.add(field.substring(2));
            }
        }
        lines.sort(Comparator.comparing(Line::article));
        return new Stored(new Cart(id, version, lines), moves);
    }

    static CartSize size(String meta, String where) {
        try {
            String[] parts = meta.split(" ", -1);
            return new CartSize(Long.parseLong(parts[1]), Integer.parseInt(parts[2]), Long.parseLong(parts[0]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw foreign(where, e);
        }
    }

    private static Line line(String article, String value, String where) {
        try {
            int space = value.indexOf(' ');
            return space < 0
                    ? new Line(article, Long.parseLong(value), OptionalLong.empty())
                    : new Line(
                            article,
                            Long.parseLong(value.substring(0, space)),
                            OptionalLong.of(Long.parseLong(value.substring(space + 1))));
        } catch (NumberFormatException e) {
            throw foreign(where, e);
        }
    }

    private static KeywrightException foreign(String where, RuntimeException e) {
        return new KeywrightException.Misused(
                "A cart was written by something else and cannot be read (" + where + "). Clear it.", e);
    }
}
