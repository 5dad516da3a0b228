# In the image: OpenCV of the system instead of WebAssembly and CUDA for ONNX Runtime, each where the build option asks for it; weights where
# they are named; and nothing that runs elsewhere.
# arguments, all or none: the address of the weights, their sha256, and the name that they get (yunet_n_320_320.onnx)
weights=${1:-} sha256=${2:-} name=${3:-yunet_n_320_320.onnx}
modules=node_modules

addon=$modules/@u4/opencv4nodejs
case "$ADDITIONAL_PACKAGE" in *opencv*)
  # Of OpenCV only what finds faces is compiled and linked: the whole of it would bring windows, video and 400 MB. Node's headers are in
  # its image; without this setting node-gyp would fetch them.
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends g++ make python3 libopencv-objdetect-dev >/dev/null
  header=/usr/include/opencv4/opencv2/opencv_modules.hpp
  sed -i -E '/HAVE_OPENCV_(CORE|IMGPROC|OBJDETECT)$/!{/#define HAVE_/d}' $header
  OPENCV4NODEJS_DISABLE_AUTOBUILD=1 OPENCV_INCLUDE_DIR=/usr/include/opencv4 OPENCV_BIN_DIR=/usr/bin \
    OPENCV_LIB_DIR=$(dirname "$(find /usr/lib -name libopencv_objdetect.so)") \
    npm_config_nodedir=/usr/local npm rebuild --ignore-scripts=false --foreground-scripts @u4/opencv4nodejs
  mv $addon/build/Release/opencv4nodejs.node /addon.node
  ;;
esac

# what was compiled, and the cascade; not what compiled it
rm -rf $addon/build $addon/cc $addon/types $addon/typings $addon/esm $modules/@u4/opencv-build $modules/node-gyp $modules/nan
if [ -f /addon.node ]; then
  mkdir -p $addon/build/Release && mv /addon.node $addon/build/Release/opencv4nodejs.node
  strip $addon/build/Release/opencv4nodejs.node
fi
# ONNX Runtime brings each system's libraries. Those for CUDA are not in its package: its install script fetches them from NuGet.
find $modules/onnxruntime-node/bin -mindepth 2 -maxdepth 2 ! -name linux -exec rm -rf {} +
find $modules/onnxruntime-node/bin/*/linux -mindepth 1 -maxdepth 1 ! -name "$(node -p process.arch)" -exec rm -rf {} +
case "$ADDITIONAL_PACKAGE" in *cuda-*)
  ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild --ignore-scripts=false --foreground-scripts onnxruntime-node
  # of TensorRT only the provider would come, and not TensorRT
  find $modules/onnxruntime-node/bin -name '*tensorrt*' -delete
  ;;
esac

mkdir -p "$SHIP/models"
if [ -n "$weights" ]; then
  node -e "fetch('$weights').then(async (r) => { if (!r.ok) throw new Error('$weights: ' + r.status); require('fs').writeFileSync('$SHIP/models/$name', Buffer.from(await r.arrayBuffer())) })"
  echo "$sha256  $SHIP/models/$name" | sha256sum --check --status || { echo "the weights are not those of sha256 $sha256" >&2; exit 1; }
fi
