package dev.keywright.leaderboard;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.List;

/** How members are written; two that differ are never written alike. */
record Members(Charset charset) {

    private static final int MOST = 1_000;

    byte[] written(String member) {
        byte[] bytes = member.getBytes(charset);
        for (byte each : bytes) {
            if (each == '?') {
                return strict(member); // it was in the text, or stands for what cannot be written
            }
        }
        return bytes;
    }

    private byte[] strict(String member) {
        try {
            ByteBuffer written = charset.newEncoder().encode(CharBuffer.wrap(member));
            byte[] bytes = new byte[written.remaining()];
            written.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "A member has a letter that " + charset
                            + " cannot write; give text without half surrogate pairs, or another charset",
                    e);
        }
    }

    String read(byte[] bytes) {
        return new String(bytes, charset);
    }

    /** The members after so many other arguments. */
    byte[][] after(List<byte[]> before, Collection<String> members) {
        if (members.size() > MOST) {
            throw new IllegalArgumentException(
                    members.size() + " members are too many for one call; give " + MOST + " at most");
        }
        byte[][] all = new byte[before.size() + members.size()][];
        int at = 0;
        for (byte[] argument : before) {
            all[at++] = argument;
        }
        for (String member : members) {
            all[at++] = written(member);
        }
        return all;
    }
}
