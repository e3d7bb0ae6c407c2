package dev.keywright.key;

/**
 * Names keys as {@code family:name:{tag}:part}. The tag decides the hash slot, so all parts of one tag can be used in one
 * script or transaction on a Cluster, and different tags spread over it. Two different tags never give the same key, and no
 * tag can break out of its braces: {@code %} and closing braces in it are written as {@code %25} and {@code %7D}.
 */
public final class KeySpace {

    private final String before;

    private KeySpace(String before) {
        this.before = before;
    }

    /**
     * @param family what kind of keys these are, such as {@code rl}
     * @param name which of that kind, such as {@code api}; without braces
     */
    public static KeySpace of(String family, String name) {
        if (name.isEmpty() || name.indexOf('{') >= 0 || name.indexOf('}') >= 0) {
            throw new IllegalArgumentException(
                    "The name '" + name + "' is empty or has a brace; give letters, digits, ':'");
        }
        return new KeySpace(family + ':' + name + ":{");
    }

    /** The key of one part of what the tag stands for. */
    public String key(String tag, String part) {
        return before + escaped(tag) + "}:" + part;
    }

    private static String escaped(String tag) {
        if (tag.isEmpty()) {
            throw new IllegalArgumentException(
                    "The hash tag is empty; give what the key is about, such as a user's id");
        }
        if (tag.indexOf('}') < 0 && tag.indexOf('%') < 0) {
            return tag;
        }
        return tag.replace("%", "%25").replace("}", "%7D");
    }

    @Override
    public String toString() {
        return before + "...}";
    }
}
