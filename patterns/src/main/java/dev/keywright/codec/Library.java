package dev.keywright.codec;

import dev.keywright.KeywrightException;

/** The libraries that some codecs need and that this one does not bring along. */
enum Library {
    JACKSON("com.fasterxml.jackson.databind.ObjectMapper", "com.fasterxml.jackson.core:jackson-databind"),
    CBOR(
            "com.fasterxml.jackson.dataformat.cbor.CBORFactory",
            "com.fasterxml.jackson.dataformat:jackson-dataformat-cbor"),
    SMILE(
            "com.fasterxml.jackson.dataformat.smile.SmileFactory",
            "com.fasterxml.jackson.dataformat:jackson-dataformat-smile"),
    LZ4("net.jpountz.lz4.LZ4Factory", "at.yawk.lz4:lz4-java"),
    ZSTD("com.github.luben.zstd.Zstd", "com.github.luben:zstd-jni");

    private final String type;
    private final String artifact;

    Library(String type, String artifact) {
        this.type = type;
        this.artifact = artifact;
    }

    boolean isThere() {
        try {
            Class.forName(type, false, Library.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** @throws KeywrightException.Misused when it is missing; names the artifact */
    void need(String what) {
        if (!isThere()) {
            throw new KeywrightException.Misused(
                    what + " needs a library that is missing. Add " + artifact + " to the dependencies.");
        }
    }
}
