# Sourced with DIR set: Jupyter and cahier keep everything in that folder, nothing of the user's is read or written.
export JUPYTER_PATH=$DIR/prefix/share/jupyter JUPYTER_CONFIG_DIR=$DIR/home/config JUPYTER_RUNTIME_DIR=$DIR/home/runtime
export JUPYTER_DATA_DIR=$DIR/home/data IPYTHONDIR=$DIR/home/ipython XDG_DATA_HOME=$DIR/home/share
export PYTHONDONTWRITEBYTECODE=1 PYDEVD_DISABLE_FILE_VALIDATION=1 PATH=$DIR/venv/bin:$PATH
export MODULES=$DIR SHOTS=$DIR/shots CHROMIUM
CHROMIUM=$(cat "$DIR/browser")
mkdir -p "$JUPYTER_CONFIG_DIR" "$JUPYTER_RUNTIME_DIR" "$JUPYTER_DATA_DIR" "$IPYTHONDIR" "$XDG_DATA_HOME" "$SHOTS"
