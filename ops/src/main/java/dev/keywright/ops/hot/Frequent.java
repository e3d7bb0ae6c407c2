package dev.keywright.ops.hot;

import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks keys for the counter that an LFU policy keeps: SCAN in small pages, OBJECT FREQ for the keys of a page in one round trip. Bounded
 * by a number of keys and a time; the counter falls and rises with use, and asking does not raise it.
 */
final class Frequent {

    private static final String PAGE = "200";
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);

    private Frequent() {}

    /** @throws Wire.Refused when SCAN or OBJECT is not allowed */
    static HotReport.Frequencies ask(Wire wire, String policy, HotOptions options, CountDownLatch stop)
            throws IOException {
        PriorityQueue<HotReport.Frequency> top =
                new PriorityQueue<>(Comparator.comparingInt(HotReport.Frequency::counter));
        long end = System.nanoTime() + LONGEST_NANOS;
        long asked = 0;
        String cursor = "0";
        do {
            List<Answer> page = ((Answer.Many) Wire.orThrow(wire.call("SCAN", cursor, "COUNT", PAGE))).items();
            cursor = page.get(0).text();
            List<Answer> keys = ((Answer.Many) page.get(1)).items();
            asked += keys.size();
            for (Answer key : keys) {
                wire.begin(3);
                wire.word("OBJECT");
                wire.word("FREQ");
                wire.word(((Answer.Bulk) key).bytes());
            }
            wire.flush();
            Answer refused = null;
            for (Answer key : keys) {
                Answer answer = wire.read();
                if (answer instanceof Answer.Whole counter) {
                    keep(
                            top,
                            new HotReport.Frequency(
                                    new Name(0, ((Answer.Bulk) key).bytes()).toString(), (int) counter.value()),
                            options.top());
                } else if (answer instanceof Answer.Failed failed && failed.is("NOPERM")) {
                    refused = failed;
                }
            }
            if (refused != null) {
                Wire.orThrow(refused);
            }
        } while (!cursor.equals("0") && asked < options.scanned() && stop.getCount() > 0 && System.nanoTime() < end);
        List<HotReport.Frequency> highest = new ArrayList<>(top);
        highest.sort(Comparator.comparingInt(HotReport.Frequency::counter).reversed());
        return new HotReport.Frequencies(policy, asked, cursor.equals("0"), highest);
    }

    private static void keep(PriorityQueue<HotReport.Frequency> top, HotReport.Frequency one, int most) {
        top.add(one);
        if (top.size() > most) {
            top.remove();
        }
    }
}
