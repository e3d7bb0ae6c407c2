package dev.keywright.ops.optimize;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.analysis.ByteString;
import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A part of a server's keys, read one by one: SCAN, and for those chosen by their names DUMP and PEXPIRETIME. Not a state of one
 * moment. Values above {@value #MOST_BYTES} bytes are left out, so that no single command holds the server up for long.
 */
final class Scan {

    /** Of a server that gives no snapshot, about so many keys are taken. */
    static final long MOST_KEYS = 100_000;

    private static final String PAGE = "200";
    private static final long MOST_BYTES = 8L << 20;

    private Scan() {}

    static void into(Path rdb, Live live, double ratio, List<String> notes, Consumer<String> progress)
            throws IOException {
        long touched = 0;
        try (RdbWriter writer = new RdbWriter(rdb)) {
            int databases = 1;
            for (Node node : live.primaries()) {
                try (Wire wire = Wire.open(node, live.access())) {
                    databases = Math.max(databases, Memory.of(wire).highestDatabase() + 1);
                }
            }
            for (int database = 0; database < databases; database++) {
                for (Node node : live.primaries()) {
                    try (Wire wire = Wire.open(node, live.access())) {
                        boolean spared = Memory.of(wire).spares(wire);
                        long before = writer.written();
                        read(wire, database, ratio, writer, progress);
                        touched += spared ? 0 : writer.written() - before;
                    }
                }
            }
            if (writer.written() == 0) {
                throw new OpsException("There are no keys to try anything on (" + live.name()
                        + "). Give a source with keys, or a larger --sample.");
            }
            if (touched > 0) {
                notes.add("Reading " + touched + " keys counted as an access to them, so their idle time is 0 or their"
                        + " frequency larger: before Redis 8.4 and Valkey 9.0 CLIENT NO-TOUCH is missing or not safe.");
            }
        } catch (Wire.Refused e) {
            throw new OpsException(
                    "Keys cannot be read (" + live.name() + "): " + e.getMessage()
                            + ". Allow the user +scan, +dump, +pexpiretime and +memory|usage on all keys, or give a"
                            + " dump.",
                    e);
        }
    }

    private static void read(Wire wire, int database, double ratio, RdbWriter writer, Consumer<String> progress)
            throws IOException {
        if (database > 0) {
            wire.ask("SELECT", Integer.toString(database));
        }
        String cursor = "0";
        Set<ByteString> taken = new HashSet<>(); // SCAN may name a key twice
        do {
            Answer.Many page = (Answer.Many) Wire.orThrow(wire.call("SCAN", cursor, "COUNT", PAGE));
            cursor = page.items().get(0).text();
            List<byte[]> chosen = new ArrayList<>();
            for (Answer key : ((Answer.Many) page.items().get(1)).items()) {
                byte[] name = ((Answer.Bulk) key).bytes();
                if (Copy.isChosen(name, ratio) && taken.add(ByteString.of(name))) {
                    chosen.add(name);
                }
            }
            for (byte[] name : small(wire, chosen)) {
                wire.send("PEXPIRETIME", name);
                wire.send("DUMP", name);
                wire.flush();
                Answer expires = Wire.orThrow(wire.read());
                if (Wire.orThrow(wire.read()) instanceof Answer.Bulk payload) {
                    writer.add(new Entry(database, name, ((Answer.Whole) expires).value(), payload.bytes()));
                }
            }
            progress.accept(writer.written() + " keys read");
        } while (!cursor.equals("0"));
    }

    private static List<byte[]> small(Wire wire, List<byte[]> names) throws IOException {
        for (byte[] name : names) {
            wire.begin(3);
            wire.word("MEMORY");
            wire.word("USAGE");
            wire.word(name);
        }
        wire.flush();
        List<byte[]> small = new ArrayList<>();
        for (byte[] name : names) {
            Answer usage = wire.read();
            if (usage instanceof Answer.Failed || usage instanceof Answer.Whole bytes && bytes.value() <= MOST_BYTES) {
                small.add(name);
            }
        }
        return small;
    }
}
