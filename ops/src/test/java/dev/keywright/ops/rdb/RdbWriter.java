package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;

/** Writes RDB files by hand, also of kinds that no server writes any more. Texts are bytes, a letter each. */
public final class RdbWriter {

    private static final int BACK_LENGTH_BYTES_2 = 128;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public RdbWriter(String magic) {
        raw(bytes(magic));
    }

    private RdbWriter() {}

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    public RdbWriter raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public RdbWriter raw(int... bytes) {
        for (int each : bytes) {
            out.write(each);
        }
        return this;
    }

    public RdbWriter little(long value, int count) {
        for (int i = 0; i < count; i++) {
            out.write((int) (value >>> 8 * i));
        }
        return this;
    }

    private RdbWriter big(long value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            out.write((int) (value >>> 8 * i));
        }
        return this;
    }

    public RdbWriter length(long length) {
        if (length >= 0 && length < 1 << 6) {
            return raw((int) length);
        }
        if (length >= 0 && length < 1 << 14) {
            return raw(0x40 | (int) (length >> 8), (int) length & 0xff);
        }
        return length >>> 32 == 0 ? raw(0x80).big(length, 4) : raw(0x81).big(length, 8);
    }

    public RdbWriter string(byte[] bytes) {
        return length(bytes.length).raw(bytes);
    }

    public RdbWriter string(String text) {
        return string(bytes(text));
    }

    public RdbWriter strings(String... texts) {
        for (String text : texts) {
            string(text);
        }
        return this;
    }

    /** Compressed: a letter, so many times. */
    RdbWriter repeated(char letter, int times) {
        RdbWriter packed = new RdbWriter().raw(0, letter);
        for (int left = times - 1; left > 0; ) {
            int piece = Math.min(left, 264);
            if (piece < 3) {
                packed.raw(piece - 1);
                for (int i = 0; i < piece; i++) {
                    packed.raw(letter);
                }
            } else if (piece < 9) {
                packed.raw(piece - 2 << 5, 0);
            } else {
                packed.raw(7 << 5, piece - 9, 0);
            }
            left -= piece;
        }
        return raw(0xc3).length(packed.out.size()).length(times).raw(packed.out.toByteArray());
    }

    public RdbWriter key(int kind, String name) {
        return raw(kind).string(name);
    }

    /** What was written so far. */
    byte[] bytes() {
        return out.toByteArray();
    }

    /** The end mark, and the checksum behind it. */
    public byte[] end() {
        raw(0xff);
        byte[] content = out.toByteArray();
        Crc64 crc = new Crc64();
        crc.update(content, 0, content.length);
        return little(crc.value(), Long.BYTES).out.toByteArray();
    }

    /** The end mark without a checksum. */
    public byte[] endUnsummed() {
        return raw(0xff).little(0, Long.BYTES).out.toByteArray();
    }

    // --- blocks

    /** Elements are texts, or numbers that are stored as such. */
    static byte[] listpack(Object... elements) {
        RdbWriter body = new RdbWriter();
        for (Object each : elements) {
            RdbWriter element = new RdbWriter();
            if (each instanceof Number number) {
                listpackNumber(element, number.longValue());
            } else {
                listpackText(element, bytes(each.toString()));
            }
            body.raw(element.out.toByteArray());
            backLength(body, element.out.size());
        }
        int size = 7 + body.out.size();
        return new RdbWriter()
                .little(size, 4)
                .little(Math.min(elements.length, 0xffff), 2)
                .raw(body.out.toByteArray())
                .raw(0xff)
                .out
                .toByteArray();
    }

    private static void listpackNumber(RdbWriter to, long number) {
        if (number >= 0 && number < 128) {
            to.raw((int) number);
        } else if (number >= -4096 && number < 4096) {
            to.raw(0xc0 | (int) (number >> 8) & 0x1f, (int) number & 0xff);
        } else if (number == (short) number) {
            to.raw(0xf1).little(number, 2);
        } else if (number >= -(1 << 23) && number < 1 << 23) {
            to.raw(0xf2).little(number, 3);
        } else if (number == (int) number) {
            to.raw(0xf3).little(number, 4);
        } else {
            to.raw(0xf4).little(number, 8);
        }
    }

    private static void listpackText(RdbWriter to, byte[] text) {
        if (text.length < 64) {
            to.raw(0x80 | text.length);
        } else if (text.length < 4096) {
            to.raw(0xe0 | text.length >> 8, text.length & 0xff);
        } else {
            to.raw(0xf0).little(text.length, 4);
        }
        to.raw(text);
    }

    private static void backLength(RdbWriter to, int length) {
        if (length < BACK_LENGTH_BYTES_2) {
            to.raw(length);
        } else if (length < 16_383) {
            to.raw(length >> 7, length & 127 | 128);
        } else {
            to.raw(length >> 14, length >> 7 & 127 | 128, length & 127 | 128);
        }
    }

    /** Elements are texts, or numbers that are stored as such. */
    public static byte[] ziplist(Object... elements) {
        RdbWriter body = new RdbWriter();
        int previous = 0;
        int last = 10;
        for (Object each : elements) {
            last = 10 + body.out.size();
            if (previous < 254) {
                body.raw(previous);
            } else {
                body.raw(254).little(previous, 4);
            }
            if (each instanceof Number number) {
                ziplistNumber(body, number.longValue());
            } else {
                ziplistText(body, bytes(each.toString()));
            }
            previous = 10 + body.out.size() - last;
        }
        int size = 11 + body.out.size();
        return new RdbWriter()
                .little(size, 4)
                .little(last, 4)
                .little(elements.length, 2)
                .raw(body.out.toByteArray())
                .raw(0xff)
                .out
                .toByteArray();
    }

    private static void ziplistNumber(RdbWriter to, long number) {
        if (number >= 0 && number <= 12) {
            to.raw(0xf1 + (int) number);
        } else if (number == (byte) number) {
            to.raw(0xfe).little(number, 1);
        } else if (number == (short) number) {
            to.raw(0xc0).little(number, 2);
        } else if (number >= -(1 << 23) && number < 1 << 23) {
            to.raw(0xf0).little(number, 3);
        } else if (number == (int) number) {
            to.raw(0xd0).little(number, 4);
        } else {
            to.raw(0xe0).little(number, 8);
        }
    }

    private static void ziplistText(RdbWriter to, byte[] text) {
        if (text.length < 64) {
            to.raw(text.length);
        } else if (text.length < 1 << 14) {
            to.raw(0x40 | text.length >> 8, text.length & 0xff);
        } else {
            to.raw(0x80).big(text.length, 4);
        }
        to.raw(text);
    }

    /** Names and values in turn; behind each value so many bytes of room. */
    public static byte[] zipmap(int room, String... texts) {
        RdbWriter map = new RdbWriter().raw(Math.min(254, texts.length / 2));
        for (int i = 0; i < texts.length; i++) {
            byte[] text = bytes(texts[i]);
            if (text.length < 254) {
                map.raw(text.length);
            } else {
                map.raw(254).little(text.length, 4);
            }
            map.raw(i % 2 == 0 ? new byte[0] : new byte[] {(byte) room})
                    .raw(text)
                    .raw(new byte[i % 2 == 0 ? 0 : room]);
        }
        return map.raw(0xff).out.toByteArray();
    }

    public static byte[] intset(int width, long... numbers) {
        RdbWriter set = new RdbWriter().little(width, 4).little(numbers.length, 4);
        for (long each : numbers) {
            set.little(each, width);
        }
        return set.out.toByteArray();
    }
}
