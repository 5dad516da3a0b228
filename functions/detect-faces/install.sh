# In the image: OpenCV of the system instead of WebAssembly, YuNet's weights where they are named, and nothing that runs elsewhere.
# arguments, both or none: the address of yunet_n_320_320.onnx and its sha256
weights=${1:-} sha256=${2:-}
modules=node_modules

# Of OpenCV only what finds faces is compiled and linked: the whole of it would bring windows, video and 400 MB. Node's headers are in
# its image; without this setting node-gyp would fetch them.
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends g++ make python3 libopencv-objdetect-dev >/dev/null
header=/usr/include/opencv4/opencv2/opencv_modules.hpp
sed -i -E '/HAVE_OPENCV_(CORE|IMGPROC|OBJDETECT)$/!{/#define HAVE_/d}' $header
OPENCV4NODEJS_DISABLE_AUTOBUILD=1 OPENCV_INCLUDE_DIR=/usr/include/opencv4 OPENCV_BIN_DIR=/usr/bin \
  OPENCV_LIB_DIR=$(dirname "$(find /usr/lib -name libopencv_objdetect.so)") \
  npm_config_nodedir=/usr/local npm rebuild --ignore-scripts=false --foreground-scripts @u4/opencv4nodejs

# what was compiled, and the cascade; not what compiled it
addon=$modules/@u4/opencv4nodejs
mv $addon/build/Release/opencv4nodejs.node /addon.node
rm -rf $addon/build $addon/cc $addon/types $addon/typings $addon/esm $modules/@u4/opencv-build $modules/node-gyp $modules/nan
mkdir -p $addon/build/Release && mv /addon.node $addon/build/Release/opencv4nodejs.node
strip $addon/build/Release/opencv4nodejs.node
# ONNX Runtime brings each system's libraries, and those for graphics cards
find $modules/onnxruntime-node/bin -mindepth 2 -maxdepth 2 ! -name linux -exec rm -rf {} +
find $modules/onnxruntime-node/bin/*/linux -mindepth 1 -maxdepth 1 ! -name "$(node -p process.arch)" -exec rm -rf {} +
find $modules/onnxruntime-node/bin \( -name '*cuda*' -o -name '*tensorrt*' \) -delete

mkdir -p "$SHIP/models"
if [ -n "$weights" ]; then
  node -e "fetch('$weights').then(async (r) => { if (!r.ok) throw new Error('$weights: ' + r.status); require('fs').writeFileSync('$SHIP/models/yunet_n_320_320.onnx', Buffer.from(await r.arrayBuffer())) })"
  echo "$sha256  $SHIP/models/yunet_n_320_320.onnx" | sha256sum --check --status || { echo "the weights are not those of sha256 $sha256" >&2; exit 1; }
fi
