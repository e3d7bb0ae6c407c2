package dev.keywright.unique;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the bits of members lie: the classic sizes of a Bloom filter, cut into parts of a megabyte at most, so that no bit reserves more
 * than that and a Cluster shares the load. The same in every process, always: it is what is stored.
 *
 * @param parts how many bitmaps a generation has
 * @param bits of one part
 * @param hashes how many bits a member sets
 */
record BloomLayout(int parts, int bits, int hashes) {

    private static final int MOST_BITS = 1 << 23;
    private static final double LN2 = Math.log(2);

    /** Both generations are asked, so each may be wrong half as often. */
    static BloomLayout of(SeenOptions options) {
        double bits = Math.ceil(-options.capacity() * Math.log(options.rate() / 2) / (LN2 * LN2));
        int parts = (int) Math.ceil(bits / MOST_BITS);
        // members are not spread quite evenly over the parts: three standard deviations are room enough
        double members = (double) options.capacity() / parts;
        double room = parts == 1 ? 1 : 1 + 3 / Math.sqrt(members);
        int each = (int) Math.min(MOST_BITS, Math.ceil(bits * room / parts / 8) * 8);
        int hashes = (int) Math.max(1, Math.round(bits / options.capacity() * LN2));
        return new BloomLayout(parts, Math.max(8, each), hashes);
    }

    /** The bits of one member. */
    Place place(String member) {
        ByteBuffer digest = ByteBuffer.wrap(sha256(member));
        long first = digest.getLong();
        long step = digest.getLong();
        long grow = digest.getLong();
        int part = (int) Long.remainderUnsigned(digest.getLong(), parts);
        List<String> offsets = new ArrayList<>(hashes);
        for (int i = 0; i < hashes; i++) { // the step grows, so that two members seldom share all of their bits
            offsets.add(Long.toString(Long.remainderUnsigned(first, bits)));
            first += step;
            step += grow | 1;
        }
        return new Place(part, offsets);
    }

    /** The part, and the bits in it. */
    record Place(int part, List<String> offsets) {}

    /** How many members have set so many of the bits. */
    double members(long set) {
        double free = 1 - Math.min(set, bits - 1) / (double) bits;
        return -(double) bits / hashes * Math.log(free);
    }

    private static byte[] sha256(String member) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(member.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
