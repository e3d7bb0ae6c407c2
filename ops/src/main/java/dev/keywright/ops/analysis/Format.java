package dev.keywright.ops.analysis;

/** What the bytes of a value are, by how they begin. Only signs that other data hardly ever has count. */
public enum Format {
    NUMBER("integers"),
    TEXT("text"),
    JSON("JSON"),
    JAVA("Java serialization"),
    PHP("PHP serialize"),
    PICKLE("Python pickle"),
    MESSAGE_PACK("MessagePack"),
    GZIP("gzip"),
    ZLIB("zlib"),
    ZSTD("Zstandard"),
    LZ4("LZ4"),
    SNAPPY("Snappy"),
    XZ("xz"),
    HYPERLOGLOG("HyperLogLog"),
    BINARY("other bytes"),
    EMPTY("empty");

    private static final int LOOKED_AT = 64;

    private final String spoken;

    Format(String spoken) {
        this.spoken = spoken;
    }

    public String spoken() {
        return spoken;
    }

    /** Whether it is bound to one language and its classes. */
    boolean isOfOneLanguage() {
        return this == JAVA || this == PHP || this == PICKLE;
    }

    boolean isCompressed() {
        return switch (this) {
            case GZIP, ZLIB, ZSTD, LZ4, SNAPPY, XZ -> true;
            case NUMBER, TEXT, JSON, JAVA, PHP, PICKLE, MESSAGE_PACK, HYPERLOGLOG, BINARY, EMPTY -> false;
        };
    }

    /** @param head the first bytes of the value */
    static Format of(byte[] head) {
        if (head.length == 0) {
            return EMPTY;
        }
        return switch (head[0] & 0xff) {
            case '{', '[', ' ', '\n' -> isJson(head) ? JSON : plain(head);
            case 0xac -> begins(head, 0xac, 0xed, 0x00, 0x05) ? JAVA : plain(head);
            case 'a', 'O', 's', 'i', 'b', 'C', 'd' -> isPhp(head) ? PHP : plain(head);
            case 0x80 -> isPickle(head) ? PICKLE : plain(head);
            case 0x1f -> begins(head, 0x1f, 0x8b, 0x08) ? GZIP : plain(head);
            case 0x78 -> isZlib(head) ? ZLIB : plain(head);
            case 0x28 -> begins(head, 0x28, 0xb5, 0x2f, 0xfd) ? ZSTD : plain(head);
            case 0x04 -> begins(head, 0x04, 0x22, 0x4d, 0x18) ? LZ4 : plain(head);
            case 0xff ->
                begins(head, 0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59) ? SNAPPY : plain(head);
            case 0xfd -> begins(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a) ? XZ : plain(head);
            case 'H' ->
                begins(head, 'H', 'Y', 'L', 'L') && head.length > 4 && head[4] <= 1 && head[4] >= 0
                        ? HYPERLOGLOG
                        : plain(head);
            case 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f ->
                isMessagePack(head) ? MESSAGE_PACK : plain(head);
            default -> plain(head);
        };
    }

    private static boolean begins(byte[] head, int... magic) {
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** An object that is empty or begins with a name, or an array that begins with a value. */
    private static boolean isJson(byte[] head) {
        int open = next(head, 0);
        if (open == head.length || head[open] != '{' && head[open] != '[') {
            return false;
        }
        int inside = next(head, open + 1);
        if (inside == head.length) {
            return false;
        }
        byte first = head[inside];
        boolean opens = head[open] == '{'
                ? first == '"' || first == '}'
                : first == '"'
                        || first == '{'
                        || first == '['
                        || first == ']'
                        || first == '-'
                        || isDigit(first)
                        || begins(head, inside, "true")
                        || begins(head, inside, "false")
                        || begins(head, inside, "null");
        byte last = head[head.length - 1];
        return opens && (head.length >= Shape.HEAD_BYTES || last == '}' || last == ']' || last == '\n');
    }

    private static int next(byte[] head, int from) {
        int at = from;
        while (at < head.length && (head[at] == ' ' || head[at] == '\n' || head[at] == '\r' || head[at] == '\t')) {
            at++;
        }
        return at;
    }

    private static boolean begins(byte[] head, int from, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (from + i >= head.length || head[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A letter for the kind, a number, and what that kind goes on with. */
    private static boolean isPhp(byte[] head) {
        int at = 2;
        while (at < head.length && isDigit(head[at])) {
            at++;
        }
        if (at == 2 || at + 1 > head.length - 1 && head[at - 1] != ';' && at >= head.length || head[1] != ':') {
            return false;
        }
        byte kind = head[0];
        if (kind == 'i' || kind == 'b' || kind == 'd') {
            return at == head.length - 1 && head[at] == ';';
        }
        return at + 1 < head.length && head[at] == ':' && (kind == 'a' ? head[at + 1] == '{' : head[at + 1] == '"');
    }

    private static boolean isPickle(byte[] head) {
        if (head.length < 3) {
            return false;
        }
        int protocol = head[1];
        boolean framed = protocol >= 4 && protocol <= 5 && (head[2] & 0xff) == 0x95;
        boolean ends = head.length >= Shape.HEAD_BYTES || head[head.length - 1] == '.';
        return framed || protocol >= 2 && protocol <= 5 && ends;
    }

    private static boolean isZlib(byte[] head) {
        if (head.length < 8) {
            return false;
        }
        int level = head[1] & 0xff;
        return level == 0x01 || level == 0x9c || level == 0xda || level == 0x5e && !isPrintable(head[2]);
    }

    /** A small map whose first key is a short text. */
    private static boolean isMessagePack(byte[] head) {
        if (head.length < 3) {
            return false;
        }
        int key = head[1] & 0xff;
        int length = key - 0xa0;
        if (length < 1 || length > 31 || head.length < length + 3) {
            return false;
        }
        for (int i = 2; i < 2 + length; i++) {
            if (!isPrintable(head[i])) {
                return false;
            }
        }
        return true;
    }

    private static Format plain(byte[] head) {
        int seen = Math.min(head.length, LOOKED_AT);
        boolean digits = head.length <= 20;
        for (int i = 0; i < seen; i++) {
            byte each = head[i];
            if (each >= 0 && !isPrintable(each) && each != '\n' && each != '\r' && each != '\t') {
                return BINARY;
            }
            digits &= isDigit(each) || i == 0 && each == '-' && head.length > 1;
            if (each < 0) {
                return isUtf8(head, seen) ? TEXT : BINARY;
            }
        }
        return digits ? NUMBER : TEXT;
    }

    /** A letter that the cut goes through counts. */
    private static boolean isUtf8(byte[] head, int seen) {
        for (int end = seen; end > Math.max(0, seen - 4); end--) {
            if (Token.isUtf8(head, 0, end)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPrintable(byte each) {
        return each >= ' ' && each < 0x7f;
    }

    private static boolean isDigit(byte each) {
        return each >= '0' && each <= '9';
    }
}
