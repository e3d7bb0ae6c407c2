package dev.keywright.ops.memory;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The blocks that everything in the server is made of: objects, strings ({@code sds.c}), listpacks. */
final class Blocks {

    static final int OBJECT = 16;
    static final int EMBEDDED_TEXT_MAX = 44;
    static final int EMBEDDED_TEXT_FRAME = 20;
    private static final int SHARED_INTEGERS = 10_000;
    /** From this length on a command's argument becomes the value as it was received, with the two bytes that ended it. */
    private static final int TAKEN_AS_RECEIVED = 32 * 1024;

    private final Profile profile;

    Blocks(Profile profile) {
        this.profile = profile;
    }

    double size(long bytes) {
        return profile.allocator().size(bytes);
    }

    double object() {
        return size(OBJECT);
    }

    /** A string of its own that never grew: header, bytes, a closing zero. */
    double text(long bytes) {
        return size(textBytes(bytes));
    }

    static long textBytes(long bytes) {
        return header(bytes) + bytes + 1;
    }

    /** Bytes before a text whose room is that many. The empty text is kept as one that will grow. */
    static int header(long room) {
        return room == 0 ? 3 : room < 32 ? 1 : room < 256 ? 3 : room < 65_536 ? 5 : room < 1L << 32 ? 9 : 17;
    }

    /** The value of a string key. */
    double value(Content.Piece piece, History history) {
        if (piece.integer()) {
            return isShared(piece.number()) ? 0 : object();
        }
        if (piece.bytes() <= EMBEDDED_TEXT_MAX) {
            return size(EMBEDDED_TEXT_FRAME + piece.bytes());
        }
        return object() + size(rawBytes(piece.bytes(), history));
    }

    /** What is asked for to keep a long string. */
    static long rawBytes(long bytes, History history) {
        boolean asReceived = history == History.GROWN && bytes >= TAKEN_AS_RECEIVED;
        return textBytes(asReceived ? bytes + 2 : bytes);
    }

    /** Whether the server keeps one object for all uses of that integer. */
    boolean isShared(long number) {
        return profile.sharesIntegers() && number >= 0 && number < SHARED_INTEGERS;
    }

    double listpack(long entries) {
        return size(Listpack.FRAME + entries);
    }

    /** The cost of one piece of that content. */
    static Cost of(Content content, ToDoubleFunction<Content.Piece> bytes) {
        return of(content.pieces(), bytes);
    }

    /** The cost of one of these pieces. */
    static Cost of(List<Content.Piece> pieces, ToDoubleFunction<Content.Piece> bytes) {
        double weight = 0;
        double sum = 0;
        double squares = 0;
        for (Content.Piece piece : pieces) {
            double cost = bytes.applyAsDouble(piece);
            weight += piece.weight();
            sum += piece.weight() * cost;
            squares += piece.weight() * cost * cost;
        }
        double mean = weight == 0 ? 0 : sum / weight;
        return new Cost(mean, weight == 0 ? 0 : Math.max(0, squares / weight - mean * mean), 0);
    }
}
