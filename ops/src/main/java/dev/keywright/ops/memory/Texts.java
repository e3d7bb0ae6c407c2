package dev.keywright.ops.memory;

/** Values that are strings: written at once, grown in place, bitmaps, HyperLogLogs. */
final class Texts {

    /** Up to here a string that grows takes twice what it needs, above so much more. Source: {@code sds.c}. */
    private static final long DOUBLED_BELOW = 1 << 20;

    private static final long DENSE = 12_304;

    private final Blocks blocks;
    private final Profile profile;

    Texts(Blocks blocks, Profile profile) {
        this.blocks = blocks;
        this.profile = profile;
    }

    Cost text(Value.Text text, History history) {
        return Blocks.of(text.content(), piece -> blocks.value(piece, history));
    }

    Cost appended(Value.Appended appended, History history) {
        Spread pieces = Spread.of(appended.pieces());
        Spread bytes = Spread.of(appended.pieceBytes());
        if (history == History.LOADED) {
            return Costs.over(pieces.coarse(), count -> Costs.of(bytes.times(count), this::whole));
        }
        return Costs.over(pieces.coarse(), count -> Costs.of(bytes.coarse(), each -> grown(each, each, each * count)));
    }

    Cost bitmap(Value.Bitmap bitmap, History history) {
        return Costs.of(Spread.of(bitmap.bits()), bits -> {
            long bytes = (bits + 7) / 8;
            long stride = bitmap.stride();
            boolean ascending = stride > 0 && history == History.GROWN;
            long last = ascending ? (bits - 1) / stride * stride / 8 + 1 : bytes;
            return ascending
                    ? raw(1, (length, room) -> (8 * room + stride - 1) / stride * stride / 8 + 1, last)
                    : blocks.object() + blocks.text(bytes);
        });
    }

    Cost hyperLogLog(Value.HyperLogLog value, History history) {
        SparseRegisters sparse = SparseRegisters.of(profile);
        double dense = blocks.text(DENSE);
        return Costs.over(
                        Spread.of(value.distinct()).coarse(),
                        distinct -> sparse.cost(
                                distinct,
                                (length, room) -> length == 0
                                        ? dense
                                        : history == History.LOADED ? blocks.text(length) : room(room)))
                .plus(blocks.object());
    }

    private double whole(long bytes) {
        return blocks.value(new Content.Piece(bytes, false, 0, 1), History.LOADED);
    }

    private double grown(long first, long step, long last) {
        return last <= first
                ? whole(first)
                : raw(first, (length, room) -> length + (Math.max(0, room - length) / step + 1) * step, last);
    }

    /** The first length beyond the room of a string that was so long when it got that room. */
    private interface Growth {
        long beyond(long length, long room);
    }

    /** A string that was so long at {@code first}, then grew up to {@code last}. */
    private double raw(long first, Growth growth, long last) {
        long room = first < 32 ? first : roomFor(first, profile.allocator());
        double bytes = blocks.text(first);
        for (long length = growth.beyond(first, room); length <= last; length = growth.beyond(length, room)) {
            long asked = length < DOUBLED_BELOW ? 2 * length : length + DOUBLED_BELOW;
            room = roomFor(asked, profile.allocator());
            bytes = room(room);
        }
        return blocks.object() + bytes;
    }

    /** The room of a string that asked for so much to grow in: up to the end of its block, as far as its header can tell. */
    static long roomFor(long asked, Allocator allocator) {
        int header = growingHeader(asked);
        long room = allocator.usable(header + asked + 1) - header - 1;
        return Math.min(room, header == 3 ? 255 : header == 5 ? 65_535 : Long.MAX_VALUE);
    }

    private static int growingHeader(long room) {
        return Math.max(3, Blocks.header(room));
    }

    /** A string that has room for so many bytes, and a header to match. */
    private double room(long room) {
        return blocks.size(growingHeader(room) + room + 1);
    }
}
