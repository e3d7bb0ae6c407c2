package dev.keywright.ops.backup;

import java.io.IOException;
import java.util.List;

/**
 * One answer to SCAN.
 *
 * @param cursor where the next one goes on; {@code 0} when there is none
 */
record Page(String cursor, List<byte[]> keys) {

    static Page first(Wire wire, int count) throws IOException {
        wire.send("SCAN", "0", "COUNT", Integer.toString(count));
        wire.flush();
        return read(wire);
    }

    static Page read(Wire wire) throws IOException {
        Answer.Many answer = (Answer.Many) Wire.orThrow(wire.read());
        List<byte[]> keys = ((Answer.Many) answer.items().get(1))
                .items().stream().map(key -> ((Answer.Bulk) key).bytes()).toList();
        return new Page(answer.items().get(0).text(), keys);
    }

    boolean isLast() {
        return cursor.equals("0");
    }

    /** Puts the question for the next page behind what was asked so far; it leaves with the next flush. */
    void askForNext(Wire wire, int count) throws IOException {
        if (!isLast()) {
            wire.send("SCAN", cursor, "COUNT", Integer.toString(count));
        }
    }
}
