package dev.keywright.ops.rdb;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages files by chance, always the same for the same seed, and reads what came out. */
public final class Mutations {

    /** What became of a file. */
    record Outcome(String how, long millis, long allocatedBytes) {}

    private static final int[] TELLING = {0, 1, 0x3f, 0x7f, 0x80, 0x81, 0xc0, 0xc3, 0xf0, 0xf4, 0xfe, 0xff};

    private final List<byte[]> originals;

    /** @param originals whole files */
    public Mutations(List<byte[]> originals) {
        this.originals = originals;
    }

    public byte[] file(long seed) {
        Random random = new Random(seed);
        byte[] file = originals.get(random.nextInt(originals.size())).clone();
        for (int times = 1 + random.nextInt(4); times > 0; times--) {
            file = once(file, random);
        }
        return file;
    }

    private byte[] once(byte[] file, Random random) {
        if (file.length == 0) {
            return file;
        }
        int at = random.nextInt(file.length);
        int length = Math.min(file.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 4_000));
        switch (random.nextInt(9)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case 1 -> file[at] = (byte) random.nextInt();
            case 2 -> file[at] = (byte) TELLING[random.nextInt(TELLING.length)];
            case 3 -> {
                return Arrays.copyOf(file, at);
            }
            case 4 -> {
                return joined(file, at, new byte[0], at + length);
            }
            case 5 -> {
                byte[] other = originals.get(random.nextInt(originals.size()));
                int from = random.nextInt(other.length);
                return joined(file, at, Arrays.copyOfRange(other, from, Math.min(other.length, from + length)), at);
            }
            case 6 -> {
                return joined(
                        file,
                        at,
                        new RdbWriter("")
                                .length(random.nextLong() >> random.nextInt(64))
                                .bytes(),
                        at);
            }
            case 7 -> {
                return joined(
                        file,
                        at,
                        new RdbWriter("")
                                .length(random.nextLong() >> random.nextInt(64))
                                .bytes(),
                        at + 1);
            }
            default -> {
                byte[] chance = new byte[length];
                random.nextBytes(chance);
                return joined(file, at, chance, Math.min(file.length, at + length));
            }
        }
        return file;
    }

    private static byte[] joined(byte[] file, int until, byte[] between, int from) {
        byte[] all = Arrays.copyOf(file, until + between.length + file.length - from);
        System.arraycopy(between, 0, all, until, between.length);
        System.arraycopy(file, from, all, until + between.length, file.length - from);
        return all;
    }

    // --- reading

    /** Reads a file in all ways; every outcome but an end or a failure with a place is an error. */
    static Outcome read(byte[] file) throws IOException {
        long begun = System.nanoTime();
        long before = RdbReaderTest.allocated();
        String how = told(file);
        counted(file);
        payloads(file);
        long allocated = RdbReaderTest.allocated() - before;
        return new Outcome(how, (System.nanoTime() - begun) / 1_000_000, allocated);
    }

    private static String told(byte[] file) throws IOException {
        Checking checking = new Checking();
        try {
            RdbEnd end = RdbReader.read(RdbInput.of(new ByteArrayInputStream(file), file.length), checking);
            require(end.keys() == checking.keys, "not all keys were told");
            require(end.bytes() + end.tailBytes() == file.length, "not all bytes were read");
            return "whole";
        } catch (RdbFailure e) {
            require(e.offset() >= e.recordOffset() && e.offset() <= file.length, "no such place: " + e.offset());
            require(e.keys() == checking.keys, "not all keys were told");
            return e.reason().name();
        }
    }

    private static void counted(byte[] file) throws IOException {
        try {
            RdbReader.read(new ByteArrayInputStream(file), (key, value) -> {});
        } catch (RdbFailure e) {
            require(e.getMessage() != null, "no message");
        }
    }

    private static void payloads(byte[] file) throws IOException {
        try {
            RdbKeys.read(new ByteArrayInputStream(file), entry -> {});
        } catch (RdbCheck.Damaged | RdbKeys.Unknown e) {
            require(e.getMessage() != null, "no message");
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    /** Believes nothing that it is told. */
    private static final class Checking implements RdbVisitor, ElementSink {

        private long keys;

        @Override
        public ElementSink elements(RdbKey key) {
            return this;
        }

        @Override
        public void text(Role role, long lengthBytes) {
            require(lengthBytes >= 0, "a negative length");
        }

        @Override
        public void integer(Role role, int lengthBytes, long number) {
            require(Long.toString(number).length() == lengthBytes, "a length that is not the number's");
        }

        @Override
        public void key(RdbKey key, RdbValue value) {
            keys++;
            require(key.name().length <= key.nameBytes(), "a name longer than itself");
            require(value.head().length <= RdbValue.HEAD_LIMIT, "a long head");
            require(value.elements() >= RdbValue.UNKNOWN && value.blobBytes() >= 0, "a negative size");
        }
    }
}
