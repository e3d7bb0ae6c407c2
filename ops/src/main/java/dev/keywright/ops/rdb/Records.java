package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.rdb.RdbCheck.Checksum;
import dev.keywright.ops.rdb.RdbFailure.Reason;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The records of an RDB file, one by one, with what holds for the next key. Source: {@code rdb.h} of Redis and of Valkey. */
abstract class Records {

    static final int FUNCTION = 245;

    private static final int KEY_DATA_OR_SLOT_IMPORT = 243;
    private static final int SLOT_INFO = 244;
    private static final int FUNCTION_FIRST = 246;
    private static final int MODULE_DATA = 247;
    private static final int IDLE = 248;
    private static final int FREQUENCY = 249;
    private static final int AUXILIARY = 250;
    private static final int SIZES = 251;
    private static final int EXPIRES_MILLIS = 252;
    private static final int EXPIRES_SECONDS = 253;
    private static final int DATABASE = 254;
    private static final int END = 255;

    private static final int NEWEST_REDIS = 13;
    private static final int NEWEST_VALKEY = 80;
    private static final int KEY_DATA_SINCE = 13;
    private static final int SUMMED_SINCE = 5;

    private static final int MAGIC_BYTES = RdbCheck.HEADER;
    private static final Pattern BEGUN_MAGIC =
            Pattern.compile("R|RE|RED|REDI|REDIS\\d*|V|VA|VAL|VALK|VALKE|VALKEY\\d*");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
    private static final int LOOK_BYTES = 4096;
    /** Of auxiliary fields, no more and no longer ones are kept. */
    private static final int MOST_AUXILIARY = 64;

    private static final int AUXILIARY_BYTES = 1024;

    final RdbInput in;
    final Values values;

    // what holds for the next key
    int database;
    long expiresAt = RdbKey.NEVER;
    long idleSeconds = RdbKey.UNKNOWN;
    int frequency = RdbKey.UNKNOWN;

    private boolean valkey;
    private int version;
    private final Map<String, String> auxiliary = new LinkedHashMap<>();
    private @Nullable RdbHeader header;

    Records(RdbInput in) {
        this.in = in;
        this.values = new Values(in);
    }

    // --- what they are for

    void header(RdbHeader told) {}

    void sizes(long keys, long expiring) {}

    /** A key's name begins. */
    abstract void key(RdbKind kind) throws IOException;

    /** A string begins: the source of a library. */
    abstract void function() throws IOException;

    void module(String name, long storedBytes) {}

    /** Data of modules begins that belongs to the next key and is no part of its value. */
    void keyData() throws IOException {
        long classes = in.count(Integer.BYTES + 1);
        for (long i = 0; i < classes; i++) {
            in.skip(Integer.BYTES);
            values.moduleParts();
        }
    }

    // --- the file

    int version() {
        return version;
    }

    /** Reads to the end mark; checks the sum behind it, if that is reckoned. */
    Checksum read() throws IOException {
        magic();
        while (true) {
            in.record = in.offset();
            int code = in.next();
            if (code == AUXILIARY) {
                auxiliary();
                continue;
            }
            header();
            if (code == END) {
                return checksum();
            }
            if (code >= KEY_DATA_OR_SLOT_IMPORT) {
                between(code);
            } else {
                key(code);
            }
        }
    }

    private void magic() throws IOException {
        int seen = in.ahead(LOOK_BYTES);
        if (seen == 0) {
            throw in.failure(Reason.EMPTY, "it is empty");
        }
        String begin = new String(in.buffer, in.at, Math.min(seen, MAGIC_BYTES), ISO_8859_1);
        if (seen < MAGIC_BYTES && BEGUN_MAGIC.matcher(begin).matches()) {
            throw in.failure(Reason.CUT, "it is cut off: it has " + seen + " bytes");
        }
        RdbCheck.Magic magic;
        try {
            magic = RdbCheck.Magic.of(begin.getBytes(ISO_8859_1));
        } catch (RdbCheck.Damaged e) {
            throw in.failure(Reason.FOREIGN, "it is no RDB file: " + Foreign.looks(in.buffer, in.at, seen));
        }
        valkey = magic.valkey();
        version = magic.version();
        in.at += MAGIC_BYTES;
    }

    private void auxiliary() throws IOException {
        String name = auxiliaryText();
        String told = auxiliaryText();
        if (header == null && auxiliary.size() < MOST_AUXILIARY) {
            auxiliary.putIfAbsent(name, told);
        }
    }

    /** Nothing in it can move a terminal. */
    private String auxiliaryText() throws IOException {
        in.string();
        return CONTROL.matcher(new String(in.bytes(AUXILIARY_BYTES), UTF_8)).replaceAll("?");
    }

    /** What the file has said of itself so far; told when the first record comes that is of something else. */
    RdbHeader header() {
        if (header == null) {
            header = new RdbHeader(valkey, version, in.size(), Collections.unmodifiableMap(auxiliary));
            header(header);
        }
        return header;
    }

    private void between(int code) throws IOException {
        switch (code) {
            case DATABASE -> database = number(in.length());
            case EXPIRES_MILLIS -> expiresAt = in.little(Long.BYTES);
            case EXPIRES_SECONDS -> expiresAt = (int) in.little(Integer.BYTES) * 1_000L;
            case FREQUENCY -> frequency = in.next();
            case IDLE -> idleSeconds = in.unsigned();
            case SIZES -> sizes(in.unsigned(), in.unsigned());
            case SLOT_INFO -> lengths(3);
            case FUNCTION -> function();
            case FUNCTION_FIRST -> firstFunction();
            case MODULE_DATA -> moduleData();
            default -> keyDataOrSlotImport(code);
        }
    }

    private int number(long value) throws RdbFailure {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw in.damaged("it tells of database " + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    private void lengths(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            in.length();
        }
    }

    /** As release candidates of 7.0 wrote it: name, engine, perhaps a description, source. */
    private void firstFunction() throws IOException {
        in.passString();
        in.passString();
        if (in.length() != 0) {
            in.passString();
        }
        function();
    }

    private void moduleData() throws IOException {
        long from = in.offset();
        String name = Values.moduleName(in.length());
        values.moduleParts();
        module(name, in.offset() - from);
    }

    /** The same number for two things. */
    private void keyDataOrSlotImport(int code) throws IOException {
        if (valkey) {
            in.passString();
            lengths((int) Math.min(Integer.MAX_VALUE, 2 * in.count(2)));
        } else if (version >= KEY_DATA_SINCE) {
            keyData();
        } else {
            throw unknown(code);
        }
    }

    private void key(int code) throws IOException {
        RdbKind kind = RdbKind.of(code, valkey);
        if (kind == null) {
            throw unknown(code);
        }
        key(kind);
        in.keys++;
        expiresAt = RdbKey.NEVER;
        idleSeconds = RdbKey.UNKNOWN;
        frequency = RdbKey.UNKNOWN;
    }

    private RdbFailure unknown(int code) {
        int newest = valkey ? NEWEST_VALKEY : NEWEST_REDIS;
        return version > newest
                ? in.failure(
                        Reason.NEWER,
                        "its format is version " + version + ", newer than the " + newest
                                + " that this program knows, and it holds records of kind " + code)
                : in.failure(
                        Reason.UNKNOWN_KIND, "it holds records of kind " + code + ", which this program does not know");
    }

    private Checksum checksum() throws IOException {
        if (version < SUMMED_SINCE) {
            return Checksum.OFF;
        }
        OptionalLong reckoned = in.checksum();
        long told = in.little(Long.BYTES);
        if (told == 0) {
            return Checksum.OFF;
        }
        if (reckoned.isPresent() && told != reckoned.getAsLong()) {
            throw in.failure(
                    Reason.CHECKSUM,
                    "its checksum is " + Long.toHexString(told) + " and that of its content is "
                            + Long.toHexString(reckoned.getAsLong()));
        }
        return Checksum.MATCHED;
    }
}
