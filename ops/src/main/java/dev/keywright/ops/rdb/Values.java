package dev.keywright.ops.rdb;

import dev.keywright.ops.rdb.ElementSink.Role;
import java.io.IOException;

/** What each kind of value is made of. Source: {@code rdb.c} of Redis and of Valkey. */
final class Values {

    private static final int PLAIN_NODE = 1;
    private static final int PACKED_NODE = 2;

    private static final int NOT_A_NUMBER = 253;
    private static final int INFINITE = 254;
    private static final int MINUS_INFINITE = 255;

    private static final int TIME_BYTES = 8;
    private static final Role[] ITEM = {Role.ITEM};
    private static final Role[] MEMBER = {Role.MEMBER};
    private static final Role[] FIELD = {Role.NAME, Role.VALUE};
    private static final Role[] SCORED = {Role.MEMBER, Role.SCORE};

    private static final int FIELD_PARTS = 2;
    private static final int TIMED_FIELD_PARTS = 3;

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int LETTER_BITS = 6;
    private static final int VERSION_BITS = 10;

    private final RdbInput in;
    private final Teller teller;
    private final StreamValue streams;
    private final Listpack listpack = new Listpack();
    private final Ziplist ziplist = new Ziplist();
    private final Zipmap zipmap = new Zipmap();
    private final Intset intset = new Intset();

    Values(RdbInput in) {
        this.in = in;
        this.teller = new Teller(in);
        this.streams = new StreamValue(in, teller);
    }

    /** Passes over a value without a look at it. */
    void pass(RdbKind kind) throws IOException {
        teller.beginSilently();
        read(kind);
    }

    /** Passes over a value, and tells of it. */
    void tell(RdbKind kind, ElementSink sink, RdbValue value) throws IOException {
        Role head = switch (kind.type()) {
            case HASH, STREAM -> Role.VALUE;
            case LIST -> Role.ITEM;
            case SET, ZSET, STRING, MODULE -> Role.MEMBER;
        };
        teller.begin(head, sink, value);
        long from = in.offset();
        read(kind);
        value.storedBytes = in.offset() - from;
    }

    private void read(RdbKind kind) throws IOException {
        RdbValue value = teller.value();
        switch (kind) {
            case STRING -> teller.string();
            case LIST -> value.elements = elements(ITEM);
            case SET -> value.elements = elements(MEMBER);
            case HASH -> value.elements = elements(FIELD);
            case ZSET, ZSET_2 -> value.elements = scored(kind == RdbKind.ZSET_2);
            case LIST_ZIPLIST -> value.elements = teller.block(ziplist, ITEM);
            case SET_LISTPACK -> value.elements = teller.block(listpack, MEMBER);
            case ZSET_ZIPLIST -> value.elements = teller.block(ziplist, SCORED);
            case ZSET_LISTPACK -> value.elements = teller.block(listpack, SCORED);
            case HASH_ZIPMAP -> value.elements = teller.block(zipmap, FIELD);
            case HASH_ZIPLIST -> value.elements = teller.block(ziplist, FIELD);
            case HASH_LISTPACK -> value.elements = teller.block(listpack, FIELD);
            case SET_INTSET -> {
                value.elements = teller.block(intset, MEMBER);
                value.integerBytes = intset.width;
            }
            case HASH_LISTPACK_TTL_FIRST -> value.elements = timedBlock();
            case HASH_LISTPACK_TTL -> {
                in.skip(TIME_BYTES); // the earliest of all
                value.elements = timedBlock();
            }
            case HASH_TTL_FIRST -> value.elements = timedFields(1);
            case HASH_TTL -> value.elements = timedFields(in.little(TIME_BYTES));
            case HASH_VALKEY -> value.elements = valkeyFields();
            case LIST_QUICKLIST -> value.elements = quicklist(false);
            case LIST_QUICKLIST_2 -> value.elements = quicklist(true);
            case STREAM -> streams.read(1);
            case STREAM_2 -> streams.read(2);
            case STREAM_3 -> streams.read(3);
            case STREAM_4 -> streams.read(4);
            case MODULE_2 -> {
                value.elements = RdbValue.UNKNOWN;
                value.module = moduleName(in.length());
                moduleParts();
            }
        }
    }

    // --- modules

    /** Passes over data of a module, which says itself what it is made of. */
    void moduleParts() throws IOException {
        while (true) {
            long code = in.length();
            switch (code < 0 ? Integer.MAX_VALUE : (int) Math.min(code, Integer.MAX_VALUE)) {
                case 0 -> {
                    return;
                }
                case 1, 2 -> in.length();
                case 3 -> in.skip(Float.BYTES);
                case 4 -> in.skip(Double.BYTES);
                case 5 -> in.passString();
                default ->
                    throw in.damaged("data of a module has a part of the unknown kind " + Long.toUnsignedString(code));
            }
        }
    }

    /** Nine letters before ten bits of a version. */
    static String moduleName(long id) {
        StringBuilder name = new StringBuilder();
        for (int shift = Long.SIZE - LETTER_BITS; shift >= VERSION_BITS; shift -= LETTER_BITS) {
            name.append(LETTERS.charAt((int) (id >>> shift) & LETTERS.length() - 1));
        }
        return name.toString();
    }

    // --- element by element

    private long elements(Role[] roles) throws IOException {
        long count = in.count(roles.length);
        for (long i = 0; i < count; i++) {
            for (Role role : roles) {
                teller.element(role);
            }
        }
        return count;
    }

    private long scored(boolean binary) throws IOException {
        long count = in.count(binary ? 1 + Double.BYTES : 2);
        for (long i = 0; i < count; i++) {
            teller.element(Role.MEMBER);
            teller.score(binary ? Double.longBitsToDouble(in.little(Double.BYTES)) : textScore());
        }
        return count;
    }

    private double textScore() throws IOException {
        int length = in.next();
        return switch (length) {
            case NOT_A_NUMBER -> Double.NaN;
            case INFINITE -> Double.POSITIVE_INFINITY;
            case MINUS_INFINITE -> Double.NEGATIVE_INFINITY;
            default -> {
                in.require(length);
                double score = teller.isCounting() ? Scores.parse(in.buffer, in.at, length) : 0;
                in.at += length;
                yield score;
            }
        };
    }

    /** @param base what each TTL counts from: 1 before the earliest */
    private long timedFields(long base) throws IOException {
        long count = in.count(TIMED_FIELD_PARTS);
        for (long i = 0; i < count; i++) {
            long ttl = in.length();
            teller.element(Role.NAME);
            teller.element(Role.VALUE);
            if (ttl != 0) {
                teller.expiry(base + ttl - 1);
            }
        }
        return count;
    }

    private long valkeyFields() throws IOException {
        long count = in.count(FIELD_PARTS + TIME_BYTES);
        for (long i = 0; i < count; i++) {
            teller.element(Role.NAME);
            teller.element(Role.VALUE);
            long at = in.little(TIME_BYTES);
            if (at >= 0) {
                teller.expiry(at);
            }
        }
        return count;
    }

    /** Name, value and time in turn; a time of 0 is none. */
    private long timedBlock() throws IOException {
        in.string();
        if (!teller.open(listpack)) {
            return teller.peek(listpack, TIMED_FIELD_PARTS);
        }
        long count = 0;
        for (; listpack.next(); count++) {
            teller.tell(listpack, Role.NAME);
            teller.next(listpack);
            teller.tell(listpack, Role.VALUE);
            long at = teller.nextNumber(listpack);
            if (at != 0) {
                teller.expiry(at);
            }
        }
        teller.finish(listpack);
        return count;
    }

    // --- lists

    private long quicklist(boolean second) throws IOException {
        long nodes = in.count(second ? 2 : 1);
        teller.value().nodes = nodes;
        long items = 0;
        for (long i = 0; i < nodes; i++) {
            long container = second ? in.length() : PACKED_NODE;
            if (container != PLAIN_NODE && container != PACKED_NODE) {
                throw in.damaged("a node of a list is of the unknown kind " + Long.toUnsignedString(container));
            }
            long more = container == PLAIN_NODE ? plainNode() : packedNode(second ? listpack : ziplist);
            items = items < 0 || more < 0 ? RdbValue.UNKNOWN : items + more;
        }
        return items;
    }

    private long plainNode() throws IOException {
        in.string();
        teller.value().blobBytes += in.length;
        if (teller.isTelling()) {
            teller.sink().listNode(in.length, 1, true);
        }
        teller.begun(Role.ITEM);
        return 1;
    }

    private long packedNode(Packed packed) throws IOException {
        in.string();
        long bytes = in.length;
        boolean open = teller.open(packed);
        long told = open ? packed.count() : teller.peek(packed, 1);
        if (teller.isTelling()) {
            teller.sink().listNode(bytes, told, false);
        }
        return open ? teller.walk(packed, ITEM) : told;
    }
}
