package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FramesTest {

    @Test
    void findsTheEndOfEveryKindOfMessage() {
        assertThat(ends("+OK\r\n")).isEqualTo("5");
        assertThat(ends("-ERR a\r\n:12\r\n")).isEqualTo("8 13");
        assertThat(ends("$3\r\nabc\r\n$-1\r\n$0\r\n\r\n")).isEqualTo("9 14 20");
        assertThat(ends("$6\r\na\r\n$9\r\r\n+OK\r\n")).isEqualTo("12 17");
        assertThat(ends("*0\r\n*-1\r\n")).isEqualTo("4 9");
        assertThat(ends("*2\r\n*2\r\n:1\r\n*0\r\n$1\r\na\r\n:1\r\n")).isEqualTo("23 27");
        assertThat(ends("_\r\n#t\r\n,1.5\r\n(123\r\n=7\r\ntxt:abc\r\n")).isEqualTo("3 7 13 19 32");
        assertThat(ends("%1\r\n+a\r\n~2\r\n:1\r\n:2\r\n>1\r\n+push\r\n")).isEqualTo("20 31");
        assertThat(ends("|1\r\n+ttl\r\n:3\r\n*1\r\n:1\r\n:2\r\n")).isEqualTo("22 26");
        assertThat(ends("PING\r\n")).isEqualTo("6");
    }

    @Test
    void anUnfinishedMessageHasNoEnd() {
        assertThat(ends("*2\r\n$3\r\nGET\r\n$3\r\nke")).isEmpty();
        assertThat(ends("$5\r\nabcde\r")).isEmpty();
    }

    @Test
    void knowsTheNameOfTheCommand() {
        assertThat(name("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n")).isEqualTo("SET");
        assertThat(name("*1\r\n$4\r\nPING\r\n*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n"))
                .isEqualTo("CLIENT");
        assertThat(name("PING now\r\n")).isEqualTo("PING");
    }

    @Test
    void tellsAPushFromAReply() {
        Frames frames = new Frames();
        read(frames, ">2\r\n+invalidate\r\n*0\r\n");
        assertThat(frames.type()).isEqualTo('>');
        read(frames, "*1\r\n>1\r\n+x\r\n");
        assertThat(frames.type()).isEqualTo('*');
    }

    private static String ends(String stream) {
        return read(new Frames(), stream);
    }

    private static String name(String stream) {
        Frames frames = new Frames();
        read(frames, stream);
        return frames.firstWord();
    }

    private static String read(Frames frames, String stream) {
        StringBuilder ends = new StringBuilder();
        byte[] bytes = stream.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length; i++) {
            if (frames.read(bytes[i])) {
                ends.append(ends.isEmpty() ? "" : " ").append(i + 1);
            }
        }
        return ends.toString();
    }
}
