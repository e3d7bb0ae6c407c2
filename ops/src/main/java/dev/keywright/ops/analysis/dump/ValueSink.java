package dev.keywright.ops.analysis.dump;

import dev.keywright.ops.analysis.ByteString;
import dev.keywright.ops.analysis.Shape;
import dev.keywright.ops.memory.KeyCost;
import dev.keywright.ops.memory.Layout;
import dev.keywright.ops.rdb.ElementSink;
import dev.keywright.ops.rdb.RdbKind;
import dev.keywright.ops.rdb.RdbValue;

/** Passes the elements of one value after the other to its cost, and sums up its shape. */
final class ValueSink implements ElementSink {

    /** What the elements of a value mean for its cost. */
    private enum Part {
        ELEMENT,
        /** Of a list without nodes: where it goes is for the server to decide. */
        PUSHED,
        /** Of a node whose form is an older one. */
        OF_OLD_NODE,
        /** Nodes tell it all. */
        NONE
    }

    private final KeyCost cost;

    private Part part = Part.NONE;
    private boolean hash;
    private long payloadBytes;
    private long nameBytes;
    private long longestBytes;
    private long integers;

    ValueSink(KeyCost cost) {
        this.cost = cost;
    }

    void begin(RdbKind kind) {
        cost.begin();
        payloadBytes = 0;
        nameBytes = 0;
        longestBytes = 0;
        integers = 0;
        hash = kind.type() == RdbKind.Type.HASH;
        part = switch (kind) {
            case LIST, LIST_ZIPLIST -> Part.PUSHED;
            case LIST_QUICKLIST -> Part.OF_OLD_NODE;
            case LIST_QUICKLIST_2, STREAM, STREAM_2, STREAM_3, STREAM_4, STRING, MODULE_2 -> Part.NONE;
            default -> Part.ELEMENT;
        };
    }

    /** Whether such a value is one block that a server keeps as it is, so that its length tells what it takes. */
    static boolean isKept(RdbKind kind) {
        return switch (kind) {
            case HASH_LISTPACK, HASH_LISTPACK_TTL_FIRST, HASH_LISTPACK_TTL, SET_LISTPACK, SET_INTSET, ZSET_LISTPACK ->
                true;
            default -> false;
        };
    }

    @Override
    public void text(Role role, long bytes) {
        if (role == Role.SCORE) {
            cost.textScore(bytes);
            return;
        }
        seen(role, bytes);
        switch (part) {
            case ELEMENT -> cost.text(bytes);
            case PUSHED -> cost.pushText(bytes);
            case OF_OLD_NODE -> cost.nodeText(bytes);
            case NONE -> {}
        }
    }

    @Override
    public void integer(Role role, int bytes, long number) {
        if (role == Role.SCORE) {
            cost.integerScore(number);
            return;
        }
        seen(role, bytes);
        if (role != Role.NAME) {
            integers++;
        }
        switch (part) {
            case ELEMENT -> cost.integer(bytes, number);
            case PUSHED -> cost.pushInteger(bytes, number);
            case OF_OLD_NODE -> cost.nodeInteger(number);
            case NONE -> {}
        }
    }

    private void seen(Role role, long bytes) {
        payloadBytes += bytes;
        if (bytes > longestBytes) {
            longestBytes = bytes;
        }
        if (role == Role.NAME) {
            nameBytes += bytes;
        }
    }

    @Override
    public void score(double score) {
        cost.score(score);
    }

    @Override
    public void expiry(long atMillis) {
        cost.expiry(atMillis);
    }

    @Override
    public void listNode(long blobBytes, long items, boolean plain) {
        if (part == Part.OF_OLD_NODE) {
            cost.endListNode();
        } else {
            cost.listNode(blobBytes, items, plain);
        }
    }

    @Override
    public void streamNode(long millis, long sequence, long blobBytes, long entries) {
        cost.streamNode(millis, sequence, blobBytes);
    }

    @Override
    public void group(long bytes, long pending) {
        cost.group(bytes, pending);
    }

    @Override
    public void consumer(long bytes, long pending) {
        cost.consumer(bytes);
    }

    @Override
    public void pending(long millis, long sequence) {
        cost.pending(millis, sequence);
    }

    /** All elements were told. */
    void end(RdbKind kind, RdbValue value) {
        switch (kind) {
            case STRING -> string(value);
            case HASH, HASH_TTL_FIRST, HASH_TTL, HASH_VALKEY -> cost.hash(Layout.HASH_TABLE, 0);
            case HASH_LISTPACK -> cost.hash(Layout.LISTPACK, value.blobBytes());
            case HASH_ZIPMAP -> cost.zipmap(olderBlob(value));
            case HASH_ZIPLIST -> cost.hash(Layout.LISTPACK, olderBlob(value));
            case HASH_LISTPACK_TTL_FIRST, HASH_LISTPACK_TTL -> cost.hash(Layout.LISTPACK_TTL, value.blobBytes());
            case SET -> cost.set(Layout.HASH_TABLE, 0);
            case SET_INTSET -> cost.set(Layout.INTSET, value.blobBytes());
            case SET_LISTPACK -> cost.set(Layout.LISTPACK, value.blobBytes());
            case ZSET, ZSET_2 -> cost.sortedSet(Layout.SKIP_LIST, 0);
            case ZSET_LISTPACK -> cost.sortedSet(Layout.LISTPACK, value.blobBytes());
            case ZSET_ZIPLIST -> cost.sortedSet(Layout.LISTPACK, olderBlob(value));
            case LIST, LIST_ZIPLIST, LIST_QUICKLIST, LIST_QUICKLIST_2 -> cost.list();
            case STREAM, STREAM_2, STREAM_3, STREAM_4 -> cost.stream();
            case MODULE_2 -> cost.module(value.storedBytes());
        }
    }

    private void string(RdbValue value) {
        payloadBytes = value.lengthBytes();
        longestBytes = value.lengthBytes();
        if (value.isInteger()) {
            integers = 1;
            cost.integerValue(value.number());
        } else {
            cost.textValue(value.lengthBytes());
        }
    }

    /** A server makes a listpack of the elements; where they were not told, the ziplist stands for it. */
    private static long olderBlob(RdbValue value) {
        return value.told() ? 0 : value.blobBytes();
    }

    Shape shape(RdbValue value) {
        return new Shape(
                Math.max(0, value.elements()),
                payloadBytes,
                hash ? nameBytes : 0,
                longestBytes,
                integers,
                value.firstScore(),
                ByteString.of(value.head()));
    }
}
